using System.Reflection;
using System.Reflection.Emit;
using GradOracle.Testing;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Fixtures and reports are found from the project, in every build.</summary>
public sealed class TestProjectTests
{
    private string _folder = "";

    private TestProject Project => new(Path.Combine(_folder, "tests", "Mine"));

    [SetUp]
    public void CreateProject()
    {
        _folder = Directory.CreateTempSubdirectory("gradoracle-project-").FullName;
        Directory.CreateDirectory(Path.Combine(Project.Folder, "Sub"));
        foreach (var file in new[] { "All.slnx", "tests/Mine/Mine.csproj", "tests/Mine/Sub/Some.cs", "Outside.cs" })
        {
            File.WriteAllText(Path.Combine(_folder, file), "");
        }
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("/_/tests/Mine/Sub/Some.cs", TestName = "a build that leaves out machine paths")]
    [TestCase("/_1/tests/Mine/Sub/Some.cs", TestName = "a submodule of such a build")]
    [TestCase(@"C:\src\tests\Mine\Sub\Some.cs", TestName = "a build on another system")]
    public void Fixtures_lie_beside_the_source_file_in(string sourceFile) =>
        Assert.That(Project.FixturesBeside(sourceFile), Is.EqualTo(Path.Combine(Project.Folder, "Sub", "fixtures")));

    [TestCase("/_/tests/Mine/None.cs")]
    [TestCase("/_/../Outside.cs")]
    [TestCase("../../Outside.cs")]
    [TestCase("/_/../../Outside.cs")]
    [TestCase("OUTSIDE")]
    [TestCase("")]
    public void A_source_file_outside_of_the_project_is_refused_in_a_sentence(string sourceFile)
    {
        var path = sourceFile == "OUTSIDE" ? Path.Combine(_folder, "Outside.cs") : sourceFile;

        Assert.That(
            () => Project.FixturesBeside(path),
            Throws.TypeOf<BadInputException>().With.Message.Contains("is not in the project"));
    }

    [Test]
    public void A_source_file_outside_is_not_taken_for_one_of_the_same_name_within()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "Sub"));
        File.WriteAllText(Path.Combine(_folder, "Sub", "Some.cs"), "");

        Assert.Throws<BadInputException>(() => Project.FixturesBeside(Path.Combine(_folder, "Sub", "Some.cs")));
    }

    [Test]
    public void A_project_that_was_written_down_and_is_gone_is_looked_for_above_the_tests()
    {
        var gone = Path.Combine(_folder, "gone");
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new("Elsewhere"), AssemblyBuilderAccess.Run,
            [new(typeof(AssemblyMetadataAttribute).GetConstructors()[0], ["GradOracle.ProjectDirectory", gone])]);

        Assert.That(TestProject.Of(assembly)?.Folder, Is.Not.EqualTo(gone));
    }

    [Test]
    public void A_relative_folder_of_fixtures_begins_at_the_project() => NUnit.GradientAssert.Approved(
        new Readme.LinearBackprop(),
        "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=72131",
        Path.Combine("Readme", "fixtures"));

    [Test]
    public void A_project_is_told_by_what_its_build_wrote_down_wherever_the_assembly_lies()
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new("Elsewhere"), AssemblyBuilderAccess.Run,
            [new(typeof(AssemblyMetadataAttribute).GetConstructors()[0], ["GradOracle.ProjectDirectory", Project.Folder])]);

        Assert.That(TestProject.Of(assembly), Is.EqualTo(Project));
        Assert.That(Project.Top, Is.EqualTo(_folder));
    }

    [Test]
    public void The_build_of_these_tests_has_written_their_project_down() => Assert.That(
        typeof(TestProjectTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(
            a => a.Key == "GradOracle.ProjectDirectory").Value,
        Is.EqualTo(Path.Combine(Repository.Root, "tests", "GradOracle.Tests")));

    [Test]
    public void A_relative_report_folder_begins_at_the_solution_and_else_at_the_project()
    {
        Assert.That(
            TestReports.FolderOf("artifacts/reports", Project, "/work"),
            Is.EqualTo(Path.Combine(_folder, "artifacts", "reports")));

        File.Delete(Path.Combine(_folder, "All.slnx"));
        Assume.That(
            new TestProject(_folder).Top, Is.EqualTo(_folder), "a solution lies above the folder for temporary files");
        Assert.That(
            TestReports.FolderOf("artifacts/reports", Project, "/work"),
            Is.EqualTo(Path.Combine(Project.Folder, "artifacts", "reports")));
    }
}

using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Consumers;

/// <summary>The template, from installing it to a mistake that is told.</summary>
[Platform(Exclude = "Win", Reason = "the commands are those of a Unix shell")]
public sealed class TemplateTests
{
    private readonly TemporaryFolder _folder = new();
    private Feed _feed = null!;
    private string _project = "";

    [OneTimeSetUp]
    public void Create()
    {
        _feed = new Feed();
        _feed.OfferIn(_folder.Path);
        _project = Path.Combine(_folder.Path, "Mine");
        Shell.Require(
            _folder.Path,
            $"dotnet new install '{_feed.FileOf("GradOracle.Templates")}' --debug:custom-hive '{_folder.Path}/hive'");
        Shell.Require(_folder.Path, $"dotnet new gradoracle -o Mine --debug:custom-hive '{_folder.Path}/hive'");
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _feed.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void A_new_project_passes_regenerates_to_the_same_bytes_and_once_broken_is_told_the_term_and_keeps_what_was_approved()
    {
        Shell.Require(_project, "dotnet test");
        var approved = File.ReadAllBytes(Approved());
        Shell.Require(_project, "./regenerate.sh");
        Assert.That(File.ReadAllBytes(Approved()), Is.EqualTo(approved));

        var source = Path.Combine(_project, "TiedAutoencoder.cs");
        File.WriteAllText(
            source, File.ReadAllText(source).Replace("H.TransposeAndMultiply(G) + ", "", StringComparison.Ordinal));
        var (code, output) = Shell.Run(_project, "dotnet test");
        Assert.That(code, Is.Not.Zero);
        Assert.That(
            output,
            Does.Contain("Failed:     2, Passed:     0").And.Contain("diagnosis: ").And.Contain(
                "GradOracle: 1 fixture does not hold"),
            output);
        Assert.That(ShownInTheTutorial().Where(line => !IsIn(output, line)), Is.Empty, output);
        Assert.That(
            Directory.GetFiles(Path.Combine(_project, "TestResults", "gradoracle"), "Mine.*").Select(Path.GetExtension),
            Is.EquivalentTo(new[] { ".html", ".json", ".md" }));

        var (refused, why) = Shell.Run(_project, "./regenerate.sh");
        Assert.That(refused, Is.EqualTo(1), why);
        Assert.That(why, Does.Contain("regenerate.sh: nothing new was received for 1 of the approved files").And.Contain("There is nothing to approve"));
        Assert.That(File.ReadAllBytes(Approved()), Is.EqualTo(approved));
    }

    [Test]
    public void A_new_project_has_a_workflow_that_keeps_reports_and_received_files_and_ignores_what_is_built()
    {
        var workflow = File.ReadAllText(Path.Combine(_project, ".github", "workflows", "gradients.yml"));

        Assert.That(workflow, Does.Contain("GITHUB_STEP_SUMMARY").And.Contain("gh pr comment").And.Contain("*.received.json").And.Contain("upload-artifact"));
        Assert.That(
            File.ReadAllLines(Path.Combine(_project, ".gitignore")), Does.Contain("*.received.*").And.Contain("bin/"));
    }

    // What the page shows of a run, line by line; where it has … there was more.
    private static IEnumerable<string> ShownInTheTutorial() =>
        File.ReadLines(Path.Combine(Repository.Root, "src", "docs", "tutorial.md"))
            .Where(line => line.StartsWith("    ", StringComparison.Ordinal)
            && (
                line.TrimStart()[0] is '✗' or 'G' || line.StartsWith(
                    "      ", StringComparison.Ordinal)) && !line.Contains("Transpose", StringComparison.Ordinal));

    private static bool IsIn(string output, string line) =>
        output.Split('\n').Any(
            given => line.Trim().Split('…').All(part => given.Contains(part, StringComparison.Ordinal)));

    private string Approved() => Directory.GetFiles(_project, "*.verified.json", SearchOption.AllDirectories)
        .Single(
            file => !file.Contains(
                $"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}

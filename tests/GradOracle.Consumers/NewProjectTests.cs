using System.Text.RegularExpressions;
using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Consumers;

/// <summary>A new test project in an empty folder, with the package and the README's example, and nothing else.</summary>
[Platform(Exclude = "Win", Reason = "the commands are those of a Unix shell")]
public sealed class NewProjectTests
{
    private readonly TemporaryFolder _folder = new();
    private Feed _feed = null!;
    private string _project = "";

    [OneTimeSetUp]
    public void Create()
    {
        _feed = new Feed();
        _project = Path.Combine(_folder.Path, "my tests"); // paths have spaces
        _feed.OfferIn(_folder.Path);
        RequireDone(_folder.Path, "dotnet new nunit -o 'my tests'");
        RequireDone(_project, $"dotnet add package GradOracle.NUnit --version {_feed.Version}");
        File.WriteAllText(Source, Example);
    }

    [OneTimeTearDown]
    public void Remove()
    {
        _feed.Dispose();
        _folder.Dispose();
    }

    private string Source => Path.Combine(_project, "UnitTest1.cs");

    // The example of the README that stands alone, as it stands there.
    private static string Example { get; } = Regex.Match(
        File.ReadAllText(Path.Combine(Repository.Root, "README.md")), "```csharp\n(using GradOracle;.*?)```", RegexOptions.Singleline).Groups[1].Value;

    [Test]
    public void A_new_project_agrees_waits_for_approval_passes_and_once_broken_is_told_where()
    {
        AgreesAndWaitsForApproval();
        PassesOnceApproved();
        PassesInContinuousIntegrationStartedElsewhere();
        FailsWithTheWrongTermOnceBroken();
        HasOnlyTheNativesOfThisMachine();
    }

    private void AgreesAndWaitsForApproval()
    {
        var (code, output) = Shell.Run(_project, "dotnet test");

        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("Failed:     1, Passed:     1"), output);
        Assert.That(output, Does.Contain("My_gradients_are_the_approved_ones").And.Not.Contain("Failed My_derivation_agrees_with_autograd"), output);
        Assert.That(Received(), Has.Length.EqualTo(1));
    }

    private void PassesOnceApproved()
    {
        foreach (var received in Received())
        {
            File.Move(received, received.Replace(".received.", ".verified.", StringComparison.Ordinal));
        }

        var (code, output) = Shell.Run(_project, "dotnet test");

        Assert.That(code, Is.Zero, output);
        Assert.That(Received(), Is.Empty);
    }

    private void PassesInContinuousIntegrationStartedElsewhere()
    {
        var (code, output) = Shell.Run("/", $"dotnet test '{_project}' -p:ContinuousIntegrationBuild=true");

        Assert.That(code, Is.Zero, output);
    }

    private void FailsWithTheWrongTermOnceBroken()
    {
        File.WriteAllText(Source, Example.Replace("W.TransposeThisAndMultiply(G)", "-W.TransposeThisAndMultiply(G)", StringComparison.Ordinal));

        var (code, output) = Shell.Run(_project, "dotnet test");

        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("Failed:     2, Passed:     0").And.Contain("diagnosis:").And.Contain("replay:"), output);
        Assert.That(output, Does.Match("diagnosis: .*X.*negated|diagnosis: .*sign").IgnoreCase, output);
    }

    private void HasOnlyTheNativesOfThisMachine()
    {
        var natives = Directory.GetDirectories(_project, "runtimes", SearchOption.AllDirectories)
            .Where(folder => folder.Contains("bin", StringComparison.Ordinal))
            .SelectMany(folder => Directory.GetFiles(folder, "*torch_cpu*", SearchOption.AllDirectories)).ToList();

        Assert.That(natives, Has.Count.LessThanOrEqualTo(1));
    }

    private string[] Received() => Directory.GetFiles(_project, "*.received.json", SearchOption.AllDirectories);

    private static void RequireDone(string folder, string line)
    {
        var (code, output) = Shell.Run(folder, line);
        Assert.That(code, Is.Zero, $"{line}: {output}");
    }
}

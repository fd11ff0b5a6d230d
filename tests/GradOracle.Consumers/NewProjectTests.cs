using System.Text.RegularExpressions;
using GradOracle.Tests;
using NUnit.Framework;

namespace GradOracle.Consumers;

/// <summary>A new test project in an empty folder, with the package and the README's example, and nothing
/// else.</summary>
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
        Shell.Require(_folder.Path, "dotnet new nunit -o 'my tests'");
        Shell.Require(_project, $"dotnet add package GradOracle.NUnit --version {_feed.Version}");
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
        File.ReadAllText(Path.Combine(Repository.Root, "README.md")), "```csharp\n(using GradOracle;[^`]*My_gradients_are_the_approved_ones[^`]*)```").Groups[1].Value;

    [Test]
    public void A_new_project_agrees_waits_for_approval_passes_and_once_broken_is_told_where()
    {
        AgreesAndWaitsForApproval();
        PassesOnceApproved();
        PassesInContinuousIntegrationStartedElsewhere();
        FailsWithTheWrongTermOnceBroken();
        HasOnlyTheNativesOfThisMachine();
    }

    // The template of the SDK brings one version of NUnit; the other one that is served is as good.
    [Test]
    public void A_new_project_may_have_the_next_version_of_NUnit()
    {
        var other = Path.Combine(_folder.Path, "next");
        Shell.Require(_folder.Path, "dotnet new nunit -o next");
        Shell.Require(other, "dotnet add package NUnit --version 5.0.0 && dotnet add package NUnit3TestAdapter --version 6.3.1 && dotnet remove package NUnit.Analyzers");
        Shell.Require(other, $"dotnet add package GradOracle.NUnit --version {_feed.Version}");
        File.WriteAllText(Path.Combine(other, "UnitTest1.cs"), Example);

        Shell.Require(other, "dotnet test --filter My_derivation_agrees_with_autograd");
    }

    [Test]
    public void A_new_project_is_told_of_a_loss_of_MLNET_that_is_wrong()
    {
        var other = Path.Combine(_folder.Path, "losses");
        Shell.Require(_folder.Path, "dotnet new nunit -o losses");
        Shell.Require(other, $"dotnet add package GradOracle.ML --version {_feed.Version} && dotnet add package TorchSharp-cpu --version 0.107.0");
        File.WriteAllText(Path.Combine(other, "UnitTest1.cs"), """
            using GradOracle.ML;
            using Microsoft.ML.Trainers;
            using NUnit.Framework;

            public sealed class LossTests
            {
                [Test]
                public void The_square() => LossAssert.Agrees(new SquaredLoss(), (double o, double y) => (o - y) * (o - y));

                [Test]
                public void Another() => LossAssert.Agrees(new SquaredLoss(), (double o, double y) => 2 * (o - y) * (o - y));
            }
            """);

        var (code, output) = Shell.Run(other, "dotnet test");

        Assert.That(
            (code, output.Contains("Failed:     1, Passed:     1", StringComparison.Ordinal)),
            Is.EqualTo((1, true)),
            output);
        Assert.That(output, Does.Contain("SquaredLoss: disagrees"));
    }

    private void AgreesAndWaitsForApproval()
    {
        var (code, output) = Shell.Run(_project, "dotnet test");

        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain("Failed:     1, Passed:     1"), output);
        Assert.That(
            output,
            Does.Contain("My_gradients_are_the_approved_ones").And.Not.Contain(
                "Failed My_derivation_agrees_with_autograd"),
            output);
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
        File.WriteAllText(
            Source,
            Example.Replace(
                "W.TransposeThisAndMultiply(G)", "-W.TransposeThisAndMultiply(G)", StringComparison.Ordinal));

        var (code, output) = Shell.Run(_project, "dotnet test");

        Assert.That(code, Is.Not.Zero);
        Assert.That(
            output,
            Does.Contain("Failed:     2, Passed:     0").And.Contain("diagnosis:").And.Contain("replay:"),
            output);
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
}

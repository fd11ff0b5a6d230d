using System.Diagnostics;
using System.Text.RegularExpressions;
using GradOracle.Cli;
using NUnit.Framework;

namespace GradOracle.Tests.AsItIs;

/// <summary>The command on an assembly of a user's: this one.</summary>
public sealed class AssemblyTests
{
    private static readonly string s_mine = typeof(AssemblyTests).Assembly.Location;

    [Test]
    public void The_derivations_of_an_assembly_are_listed_with_what_could_not_be_made()
    {
        var (code, output, _) = Run("list", "--assembly", s_mine);

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Match(@"Networks\n +linear +Ŷ = W X\nDerivations\n +linear-lambda +of linear: a derivation in one expression\n +linear-times-1 +of linear.*\n +linear-times-2"));
        Assert.That(output, Does.Contain("Left out: Exhibited.Broken failed: InvalidTimeZoneException: no file here"));
        Assert.That(Run("list", "linear", "--assembly", s_mine).Output, Does.Contain("linear-times-2"));
    }

    [Test]
    public void A_derivation_of_an_assembly_is_checked_by_its_name()
    {
        Assert.That(Run("check", "--assembly", s_mine, "--derivation", "linear-lambda", "--cases", "10").Code, Is.Zero);
        Assert.That(
            Run("check", "--assembly", s_mine, "--derivation", "linear-times-2", "--cases", "10").Code, Is.EqualTo(1));
    }

    [Test]
    public void Without_a_name_all_of_them_are_checked()
    {
        var (code, output, _) = Run("check", "--assembly", s_mine, "--cases", "4");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Match("derivation +cases.*\nlinear-lambda +[0-9]+ .*\nlinear-times-1 +[0-9]+ .*\nlinear-times-2 .*✗").And.Contain("✗ linear-times-2 against"));
    }

    [Test]
    public void The_replay_line_of_a_finding_is_a_command_that_runs_and_finds_it_again()
    {
        var (_, output, _) = Run("check", "--assembly", s_mine, "--derivation", "linear-times-2", "--cases", "4");
        var line = Regex.Match(
            output.ReplaceLineEndings(" "),
            @"replay: +gradoracle (check --assembly .*? seed=\d+ k=\d+"")").Groups[1].Value;
        var words = Regex.Matches(Regex.Replace(line, " +", " "), @"""([^""]*)""|[^ ""]+").Select(w => w.Value.Trim('"')).ToArray();

        var (code, again, error) = Run(words);

        Assert.That(code, Is.EqualTo(1), $"{line}: {error}");
        Assert.That(again, Does.Contain("linear/").And.Contain("differ"));
    }

    [Test]
    public void A_finding_of_a_test_on_what_its_assembly_shows_is_replayed_by_the_command()
    {
        var result = GradientCheck.Replay(Exhibited.WithArguments[1], "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3");

        Assert.That(result.ToString(), Does.Contain($"replay: gradoracle check --assembly \"{s_mine}\" --derivation linear-times-2 --case \"linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3\""));
        Assert.That(
            GradientCheck.Replay(AsItIsNetworks.Linear, (x, g) => { }, "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3").ToString(),
            Does.Contain("GradientCheck.Replay(network, (x, g) => …, \"linear/"));
    }

    [Test]
    public void Assemblies_that_cannot_be_used_are_refused_in_a_sentence()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        var text = Path.Combine(Directory.CreateTempSubdirectory("gradoracle-").FullName, "text.dll");
        File.WriteAllText(text, "no assembly");
        (string File, string Sentence)[] bad =
        [
            ("missing.dll", "There is no assembly \"missing.dll\": build your project, and give the path of its .dll."),
            (text, "is no assembly of .NET"),
            (folder, "There is no assembly"),
            (Path.Combine(folder, "MathNet.Numerics.dll"), "shows no derivation: make a derivation a public class"),
            ("", "There is no assembly"),
        ];

        foreach (var (file, sentence) in bad)
        {
            var (code, _, error) = Run("check", "--assembly", file);
            Assert.That((code, error), Is.EqualTo((2, error)), file);
            Assert.That(error, Does.Contain(sentence), file);
        }

        Assert.That(Run("check", "--assembly", s_mine, "--derivation", "linear-lamda").Error, Does.Contain("did you mean \"linear-lambda\"?"));
        Assert.That(Run("check", "--assembly", s_mine, "--network", "elman").Error, Does.Contain("There is no network \"elman\""));
    }

    [Test]
    public async Task TorchSharp_that_is_called_before_anything_of_ours_loads()
    {
        var start = new ProcessStartInfo("dotnet", [s_mine, "torch-first"]) { RedirectStandardOutput = true, RedirectStandardError = true };

        var (code, output, error) = await Process.Start(start)!.End().ConfigureAwait(false);

        Assert.That((code, output), Is.EqualTo((0, "torch says six\n")), error);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }
}

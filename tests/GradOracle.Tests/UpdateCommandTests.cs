using System.Text.Json;
using GradOracle.Cli;
using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>gradoracle check --update: output, sentences, exit codes.</summary>
public sealed class UpdateCommandTests
{
    private const string Case = "shared-weight/squared-error n=2 h=3 m=4 B=5 real float64 seed=2020";

    [Test]
    public void Without_more_options_every_loss_and_kind_is_run_and_all_agree()
    {
        var (code, output, error) = Run("check", "--update", "sgd", "--derivation", Samples.Other);

        Assert.That((code, error), Is.EqualTo((0, "")));
        var runs = Loss.All.Count + Loss.All.Count(l => Scenario.MayBeExact(Samples.SharedWeight, l));
        Assert.That(output, Does.EndWith($"✓ sgd, rate 2^-6: updates by hand with the gradients of shared-weight-batch against torch.optim.SGD: all {runs} runs agree.\n"));
        Assert.That(
            output.Split('\n').Where(
                l => !l.Contains("replay", StringComparison.Ordinal) && l.Length > 80 && l[0] is not ('✓' or '✗')),
            Is.Empty,
            "fits 80 columns");
    }

    [Test]
    public void The_replay_line_gives_the_same_run_again()
    {
        var (_, output, _) = Run(
            "check",
            "--update",
            "sgd",
            "--steps",
            "30",
            "--rate",
            "0.01",
            "--momentum",
            "0.9",
            "--weight-decay",
            "2^-10",
            "--case",
            Case,
            "--derivation",
            Samples.Other);

        Assert.That(output, Does.EndWith($"  replay: gradoracle check --update sgd --steps 30 --rate 0.01 --momentum 0.9 --weight-decay 2^-10 --derivation shared-weight-batch --case \"{Case}\"\n"));
        Assert.That(
            output, Does.Contain("✓ the update by hand agrees with torch.optim.SGD: 30 steps from the same weights"));
    }

    [Test]
    public void A_derivation_that_is_wrong_exits_with_1_and_is_named_in_the_replay()
    {
        var (code, output, _) = Run(
            "check", "--update", "sgd", "--derivation", "missing-x1-contribution", "--case", Case);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("the gradients are wrong already (Wx): check the derivation first"));
        Assert.That(output, Does.Contain("--derivation missing-x1-contribution --case"));
    }

    [Test]
    public void A_rate_that_is_too_large_exits_with_1_and_says_take_a_smaller_one()
    {
        var (code, output, _) = Run(
            "check", "--update", "sgd", "--rate", "64", "--case", Case, "--derivation", Samples.Other);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(
            output,
            Does.Match(
                "✗ not comparable: diverges: the loss is not finite after step [0-9]+; take a smaller rate\\.\n"));
    }

    [Test]
    public void The_json_file_holds_the_runs()
    {
        var target = Path.Combine(Directory.CreateTempSubdirectory("gradoracle-").FullName, "updates.json");

        var (code, _, _) = Run(
            "check",
            "--update",
            "sgd",
            "--steps",
            "4",
            "--case",
            Case,
            "--json",
            target,
            "--derivation",
            Samples.Other);

        using var json = JsonDocument.Parse(File.ReadAllBytes(target));
        Directory.Delete(Path.GetDirectoryName(target)!, recursive: true);
        var update = json.RootElement.GetProperty("updates")[0];
        Assert.That(code, Is.Zero);
        Assert.That(
            (
                update.GetProperty("losses").GetArrayLength(),
                update.GetProperty("verdict").GetString(),
                update.GetProperty("rule").GetString()),
            Is.EqualTo((5, "agrees", "sgd, rate 2^-6")));
    }

    [Test]
    public void The_options_are_in_the_help()
    {
        var (_, output, _) = Run("check", "--help");

        foreach (var option in new[] { "--update <sgd>", "--steps <K>", "--rate <η>", "--momentum <μ>", "--weight-decay <λ>" })
        {
            Assert.That(output, Does.Contain(option));
        }
    }

    [TestCase("There is no optimiser \"adam\": --update knows sgd.", "--update", "adam")]
    [TestCase("--steps belongs to --update: add --update sgd.", "--steps", "3")]
    [TestCase("--rate belongs to --update: add --update sgd.", "--rate", "3")]
    [TestCase("--momentum belongs to --update: add --update sgd.", "--momentum", "0.5")]
    [TestCase("--weight-decay belongs to --update: add --update sgd.", "--weight-decay", "0.5")]
    [TestCase("--oracles is about single gradients, and --update checks steps: leave one of them out.", "--update", "sgd", "--oracles", "all")]
    [TestCase("--rate is \"2^-x\": write a number like 0.01, or a power of two like 2^-6.", "--update", "sgd", "--rate", "2^-x")]
    [TestCase("--rate is \"\": write", "--update", "sgd", "--rate", "")]
    [TestCase("--momentum is \"half\": write", "--update", "sgd", "--momentum", "half")]
    [TestCase("The rate is 0: it must be a finite number above 0 in float64.", "--update", "sgd", "--rate", "0")]
    [TestCase("The rate is -0.5: it must be", "--update", "sgd", "--rate=-0.5")]
    [TestCase("The rate is NaN: it must be", "--update", "sgd", "--rate", "NaN")]
    [TestCase("The rate is Infinity: it must be", "--update", "sgd", "--rate", "2^2000")]
    [TestCase("The rate is 1E-60: it must be a finite number above 0 in float32.", "--update", "sgd", "--rate", "1e-60", "--dtype", "float32")]
    [TestCase("The momentum is 1: it must be a number from 0 to below 1 in float64.", "--update", "sgd", "--momentum", "1")]
    [TestCase("The momentum is -0.5: it must be", "--update", "sgd", "--momentum=-0.5")]
    [TestCase("The weight decay is -1: it must be a finite number that is not negative in float64.", "--update", "sgd", "--weight-decay=-1")]
    [TestCase("The number of steps is 0: it must be from 1 to 1000000.", "--update", "sgd", "--steps", "0")]
    [TestCase("--steps is \"many\": it must be a whole number", "--update", "sgd", "--steps", "many")]
    [TestCase("elman-tanh has no exact cases with squared-error: a smooth function takes integers off the lattice; take the real kind.", "--update", "sgd", "--network", "elman-tanh", "--loss", "squared-error", "--kind", "exact")]
    public void Bad_input_is_one_sentence_and_exit_code_2(string sentence, params string[] arguments)
    {
        var (code, output, error) = Run(["check", .. arguments]);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.StartWith($"gradoracle: {sentence}"));
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}

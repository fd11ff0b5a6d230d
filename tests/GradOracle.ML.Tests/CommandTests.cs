using GradOracle.ML.Cli;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>The command: one table, exit codes 0 to 3, and sentences.</summary>
public sealed class CommandTests
{
    private string _file = "";

    [SetUp]
    public void MakeFile() =>
        _file = Path.Combine(Directory.CreateTempSubdirectory("gradoracle-mlnet-").FullName, "data.csv");

    [TearDown]
    public void DeleteFile() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Test]
    public void Losses_that_agree_are_a_table_and_exit_with_0()
    {
        var (code, output, _) = Run("check", "losses", "--only", "squared,poisson,hinge");

        Assert.That(code, Is.Zero);
        Assert.That(output.Split('\n')[..3].Select(line => line.TrimEnd()), Is.EqualTo(
        [
            "losses      squared                 ✓ agrees",
            "losses      poisson                 ✓ agrees",
            "losses      hinge                   ✓ agrees",
        ]));
        Assert.That(output, Does.EndWith("✓ 3 checks agree.\n"));
    }

    [Test]
    public void A_loss_that_does_not_agree_is_reported_in_full_and_exits_with_1()
    {
        var (code, output, _) = Run("check", "losses", "--only", "tweedie");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("losses      tweedie                 ✗ disagrees"));
        Assert.That(output, Does.Contain("It is off by the factor output"));
        Assert.That(output, Does.EndWith("✗ 1 of 1 checks do not agree.\n"));
    }

    [Test]
    public void Gradients_and_optima_of_random_examples_agree()
    {
        var (code, output, error) = Run("check", "gradients", "optima", "--full");

        Assert.That(code, Is.Zero, output + error);
        Assert.That(output, Does.Contain("optima      maximum-entropy         ✓ agrees").And.Contain("Newton step"));
    }

    [Test]
    public void Components_that_never_move_exit_with_1_and_a_multiple_of_8_with_0()
    {
        RequireAvx();
        var (code, output, _) = Run("check", "components", "--latent", "12");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("Components 8, 9, 10, 11 of 12, counted from 0, never move"));
        Assert.That(Run("check", "components", "--latent", "16").Code, Is.Zero);
    }

    [Test]
    public void Examples_are_read_from_a_file()
    {
        File.WriteAllText(_file, "a,b,label\n0.5,1,1\n-0.25,2,0\n1,-1,1\n0.75,0.5,0\n-1,1,1\n");

        var (code, output, error) = Run("check", "gradients", "--data", _file, "--l2", "0.5", "--full");

        Assert.That(code, Is.Zero, output + error);
        Assert.That(output, Does.Contain("5 examples, l2 0.5"));
    }

    [TestCase("", "has no header of features and a label")]
    [TestCase("a,label\n", "has no rows: there is nothing to train on")]
    [TestCase("a,label\n1\n", "Line 2 of")]
    [TestCase("a,label\n1,x\n", "has the entry \"x\": it is no finite number")]
    [TestCase("a,label\n1,NaN\n", "it is no finite number")]
    [TestCase("a,label\n1,2\n2,0\n", "data.csv has the label 2: it must be 0 or 1 for logistic")]
    public void Bad_data_is_a_sentence_and_exits_with_2(string text, string sentence)
    {
        File.WriteAllText(_file, text);

        var (code, output, error) = Run("check", "gradients", "--only", "logistic", "--data", _file);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain(sentence).And.StartsWith("gradoracle-mlnet: "));
    }

    [TestCase("There is no check \"loses\": did you mean \"losses\"?", "check", "loses")]
    [TestCase("There is no loss or trainer \"huber\"", "check", "--only", "huber")]
    [TestCase("l2 is a number from 0 to a million", "check", "--l2", "-1")]
    [TestCase("l2 is a number from 0 to a million", "check", "--l2", "NaN")]
    [TestCase("ask for 1 to 1000", "check", "--latent", "0")]
    [TestCase("--l2 is \"abc\": it must be a number; see gradoracle-mlnet check --help", "check", "--l2", "abc")]
    [TestCase("/nowhere/at/all does not exist: give the path of a text file", "check", "--data", "/nowhere/at/all")]
    [TestCase("There is no option \"--onyl\" of gradoracle-mlnet check: did you mean --only?", "check", "--onyl", "tweedie")]
    [TestCase("--data says nothing: --full stands where its value should be", "check", "--data", "--full")]
    [TestCase("There is no command \"chek\" of gradoracle-mlnet: did you mean check?", "help", "chek")]
    [TestCase("see gradoracle-mlnet --help", "chek")]
    public void Bad_input_is_a_sentence_and_exits_with_2(string sentence, params string[] arguments)
    {
        var (code, output, error) = Run(arguments);

        Assert.That(code, Is.EqualTo(2), output);
        Assert.That(error, Does.Contain(sentence));
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    private static void RequireAvx()
    {
        if (!System.Runtime.Intrinsics.X86.Avx.IsSupported)
        {
            Assert.Ignore("This processor has no AVX.");
        }
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return (MLCommand.Run(arguments, output, error), output.ToString(), error.ToString());
    }
}

using GradOracle.Tests.Readme;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What the pages say of the example that the README shows.</summary>
public sealed class ReadmeTests
{
    [Test]
    public void The_replay_line_of_a_derivation_of_ones_own_is_the_CSharp_that_replays_it()
    {
        const string name = "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=72131";

        var replayed = GradientCheck.Replay(new LinearBackprop(), name);

        Assert.That((replayed.Name, replayed.Verdict), Is.EqualTo((name, Verdict.Agrees)));
        Assert.That(replayed.ToString(), Does.Contain($"GradientCheck.Replay(new LinearBackprop(), \"{name}\")"));
    }

    [Test]
    public void A_statement_of_a_network_that_fails_is_named_with_its_shape()
    {
        var error = Assert.Throws<BadInputException>(() => GradientCheck.Run(new Misspelt()));

        Assert.That(error.Message, Is.EqualTo("V is no tensor of this network: it has W, X."));
    }

    private static readonly Network s_linear = Network.Define(
        "linear", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

    [Test]
    public void A_network_and_a_derivation_in_one_expression_agree_and_report_so()
    {
        var result = GradientCheck.Run(s_linear, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var G = x.OutputGradient(W * X);
            return new() { ["W"] = G.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(G) };
        });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
        Assert.That(result.ToString(), Does.StartWith("✓ linear against autograd in float64: all 1100 cases agree"));
        Assert.That(s_linear.Summary, Is.EqualTo("Ŷ = W X"));
    }

    [Test]
    public void A_derivation_whose_own_forward_is_wrong_is_told_so_before_any_gradient()
    {
        var result = GradientCheck.Run(s_linear, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var G = x.OutputGradient(W * X * 2);
            return new() { ["W"] = G.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(G) };
        });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(result.ToString(), Does.Contain("the forward outputs differ, so gradients are not compared"));
    }

    [Test]
    public void A_derivation_that_never_says_its_output_is_not_comparable_and_told_how_to()
    {
        var result = GradientCheck.Run(
            s_linear,
            x => new() { ["W"] = x["W"], ["X"] = x["X"] },
            new CheckOptions { Cases = 2, Losses = [Samples.SquaredError] });

        Assert.That(
            result.ToString(), Does.Contain("the derivation gives no output: pass Ŷ to OutputGradient, or set Output"));
    }

    private sealed class MisspeltNetwork : Network
    {
        private readonly LinearNetwork _right = new();

        public override string Name => "misspelt";

        public override string Summary => "wrong on purpose";

        public override IReadOnlyList<string> Dimensions => _right.Dimensions;

        public override IReadOnlyList<TensorSpec> Tensors(Shape shape) => _right.Tensors(shape);

        public override Node Forward(Inputs x) => x["V"] * x["X"];
    }

    private sealed class Misspelt() : MatrixDerivation(new MisspeltNetwork())
    {
        public override string Name => "misspelt";

        public override string Summary => "wrong on purpose";

        protected override Gradients<T> Differentiate<T>(MatrixCase<T> x) => new();
    }
}

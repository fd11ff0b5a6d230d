using GradOracle.Gallery;
using GradOracle.Onnx.Oracles;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>Differences of what OnnxRuntime scores, as an oracle of a gradient check.</summary>
public sealed class DifferenceTests
{
    private static readonly CheckOptions s_few = new() { Cases = 6, MaxSize = 4, Losses = [Loss.Of("squared-error")] };

    [TestCase("shared-weight")]
    [TestCase("perceptron-tanh")]
    [TestCase("layer-norm")]
    [TestCase("lstm")]
    public void They_agree_with_a_right_derivation_and_autograd(string network)
    {
        var found = OnnxForward.CheckGradients(DerivationOf(network), s_few);

        Assert.That(found.Verdict, Is.EqualTo(Verdict.Agrees), found.ToString());
        Assert.That(found.Suites.SelectMany(suite => suite.NotApplicable).Select(n => n.Reason), Is.Empty);
    }

    [TestCase("shared-weight", "MatMul")]
    [TestCase("perceptron-tanh", "Tanh")]
    public void Where_the_model_is_wrong_they_do_not(string network, string operation)
    {
        var wrong = new OnnxDifferences(() => new WrongGraph(ElementType.Float64, operation));
        var square = DerivationOf(network).Network.Dimensions.Select(d => (d, 3)).ToArray();
        var options = s_few with { Oracles = [wrong], Shapes = [new Shape(square)] };
        var found = GradientCheck.Run(DerivationOf(network), options);

        Assert.That(found.Verdict, Is.EqualTo(Verdict.OraclesDisagree), found.ToString());
    }

    [Test]
    public void A_wrong_derivation_is_refused_as_ever() => Assert.That(
        OnnxForward.CheckGradients(Catalog.Derivations.Find("answer-1"), s_few).Verdict,
        Is.Not.EqualTo(Verdict.Agrees));

    [Test]
    public void Where_OnnxRuntime_has_no_float64_they_are_not_applicable_and_say_why()
    {
        var gelu = Network.Define(
            "gelu", ["n", "B"], x => (x.Parameter("W", "n", "n") * x.Input("X", "n", "B")).Gelu());
        var found = OnnxForward.CheckGradients(
            Derivation.Of(gelu, (x, g) => throw new InvalidOperationException("not called")), s_few);

        Assert.That(
            new OnnxDifferences().NotApplicable(Batch(gelu)),
            Is.EqualTo("OnnxRuntime has no Erf in float64: the model can be scored in float32 only"));
        Assert.That(found.Verdict, Is.EqualTo(Verdict.NotComparable));
    }

    [Test]
    public void Of_TorchSharp_code_they_are_not_applicable_and_say_why()
    {
        var code = Network.Of("code", ["n", "B"], x => x.Parameter("W", "n", "n").matmul(x.Input("X", "n", "B")));

        Assert.That(
            new OnnxDifferences().NotApplicable(Batch(code)),
            Is.EqualTo("code cannot be written as an ONNX model: it is TorchSharp code and has no graph"));
    }

    private static Derivation DerivationOf(string network) =>
        Catalog.Derivations.All.First(derivation => derivation.Network.Name == network);

    private static CaseStack Batch(Network network) => Cases.CaseGenerator.Generate(
        new CaseId(network, Loss.Of("squared-error"), new(("n", 2), ("B", 1)), CaseKind.Real, ElementType.Float64, 1));
}

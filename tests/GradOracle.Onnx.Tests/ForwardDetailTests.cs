using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Onnx.Forwards;
using GradOracle.Onnx.Models;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>Where the verdict of a forward turns into another, and what is said with it.</summary>
public sealed class ForwardDetailTests
{
    private static readonly Network s_linear = Network.Define("linear", ["n", "m", "B"], x =>
        x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

    private static readonly Network s_erf = Network.Define(
        "erf", ["n", "B"], x => (x.Parameter("W", "n", "n") * x.Input("X", "n", "B")).Erf());

    private static readonly Network s_tanh = Network.Define(
        "tanh", ["n", "B"], x => (x.Parameter("W", "n", "n") * x.Input("X", "n", "B")).Tanh());

    private static readonly CheckOptions s_few = new() { Cases = 4, MaxSize = 3 };

    private static Compared Of(double onnx, double own, double torch, double error) =>
        new("case", new(1), [onnx], [own], [torch], [error]);

    [TestCase(1, 1, 1, 0, 0, 0, 0)]
    [TestCase(3, 1, 1, 2, 1, 0.5, 0)]
    [TestCase(5, 4, 1, 1, 1, 2, 3)]
    [TestCase(2, 1, 1, 0, double.PositiveInfinity, double.PositiveInfinity, 0)]
    [TestCase(double.NaN, 1, 1, 1, double.PositiveInfinity, double.PositiveInfinity, 0)]
    [TestCase(5, double.NaN, 1, 1, 0, 0, 0, TestName = "what is beyond the type is nobody's fault")]
    public void Outputs_are_compared_in_bounds_of_one_evaluation_or_two(
        double onnx, double own, double torch, double error, double fromOwn, double fromTorch, double apart)
    {
        var found = Of(onnx, own, torch, error);

        Assert.That((found.FromOwn, found.FromTorch, found.OthersApart), Is.EqualTo((fromOwn, fromTorch, apart)));
    }

    [TestCase(9, 1, 1, "OnnxRuntime is the odd one out.")]
    [TestCase(1, 9, 1, "the network's own forward is the odd one out.")]
    [TestCase(1, 1, 9, "TorchSharp is the odd one out.")]
    [TestCase(1, 9, 99, "no two of the three agree.")]
    public void The_odd_one_out_is_named(double onnx, double own, double torch, string odd)
    {
        Assert.That(Of(onnx, own, torch, 0.5).Sentence(), Does.EndWith($", ± 5.0E-1: {odd}"));
        Assert.That(Of(onnx, own, torch, 0).Sentence(), Does.EndWith($", and exact: {odd}"));
        Assert.That(Of(onnx, own, torch, 0.5).Agrees, Is.False);
    }

    [Test]
    public void An_export_that_is_off_by_a_rounding_is_caught_on_exact_cases_and_one_off_by_more_on_real_ones()
    {
        Verdict Off(CaseKind kind, double by) => OnnxForward.Check(
            s_linear, s_few with { Kinds = [kind], Types = [ElementType.Float64] }, type => new Adding(type, by)).Verdict;

        Assert.That(Off(CaseKind.Exact, 1), Is.EqualTo(Verdict.Disagrees), "beside integers near 2⁵³");
        Assert.That(Off(CaseKind.Real, 1e-18), Is.EqualTo(Verdict.Agrees));
        Assert.That(Off(CaseKind.Real, 1e-11), Is.EqualTo(Verdict.Disagrees));
    }

    [TestCase("tanh")]
    [TestCase("sigmoid")]
    public void A_function_of_what_is_off_by_a_thousandth_is_caught(string name)
    {
        var network = name == "tanh" ? s_tanh : Network.Define(
            "sigmoid", ["n", "B"], x => (x.Parameter("W", "n", "n") * x.Input("X", "n", "B")).Sigmoid());

        foreach (var type in ElementType.All)
        {
            var found = OnnxForward.Check(network, s_few with { Types = [type] }, t => new Scaling(t, 1.001));
            Assert.That(found.Verdict, Is.EqualTo(Verdict.Disagrees), found.ToString());
        }
    }

    [Test]
    public void Oracles_that_were_asked_for_are_asked_beside_that_of_OnnxRuntime() => Assert.That(
        OnnxForward.CheckGradients(
            Gallery.Catalog.DefaultDerivation(Gallery.Catalog.Networks.Find("shared-weight")),
            s_few with
            {
                Losses = [Loss.Of("squared-error")],
                Shapes = [new(("n", 3), ("h", 3), ("m", 3), ("B", 3))],
                Oracles = [new Oracles.OnnxDifferences(() => new WrongGraph(ElementType.Float64, "MatMul"))],
            }).Verdict,
        Is.EqualTo(Verdict.OraclesDisagree));

    [Test]
    public void Three_findings_are_kept_and_each_names_a_case_of_the_seed_that_was_asked_for()
    {
        var found = OnnxForward.Check(s_linear, s_few with { Cases = 8, Seed = 70 }, type => new Scaling(type, 2));

        Assert.That(found.Findings, Has.Count.EqualTo(3).And.All.Contains("seed=7"));
        Assert.That(
            OnnxForward.Check(s_linear, s_few with { Kinds = [CaseKind.Exact] }, type => new Scaling(type, 2)).Findings,
            Has.All.Contains(", and exact: "));
        Assert.That(found.ToString(), Does.StartWith("✗ linear in ONNX: disagrees").And.Contain(" bit for bit"));
    }

    [Test]
    public void What_has_no_float64_is_scored_in_float32_and_said_not_to_be_applicable()
    {
        var both = OnnxForward.Check(s_erf, s_few).ToString();
        var one = OnnxForward.Check(s_erf, s_few with { Types = [ElementType.Float32] });
        var other = OnnxForward.Check(s_erf, s_few with { Types = [ElementType.Float64] });

        Assert.That(both, Does.Contain("float32 real: 4 of 4 agree").And.Contain("(float64: not applicable: "));
        Assert.That(both, Does.Not.Contain("float64 real"));
        Assert.That((one.Verdict, one.NotApplicable.Count), Is.EqualTo((Verdict.Agrees, 0)), one.ToString());
        Assert.That(one.ToString(), Does.Not.Contain("float64"));
        Assert.That(other.Verdict, Is.EqualTo(Verdict.NotComparable));
    }

    [Test]
    public void Options_out_of_range_are_refused() =>
        Assert.Throws<BadInputException>(() => OnnxForward.Check(s_linear, new() { Cases = 0 }));

    [Test]
    public void A_factor_in_float64_is_not_fused()
    {
        var scaled = Network.Define(
            "scaled", ["n", "B"], x => (x.Parameter("W", "n", "n") * x.Input("X", "n", "B")).Scaled(1.0 / 3));

        Assert.That(OnnxForward.Check(scaled, s_few with { Types = [ElementType.Float64] }).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void An_assertion_throws_for_what_is_inconclusive_and_the_report_says_what_is_not_applicable()
    {
        var result = new OnnxResult("a subject", Verdict.Inconclusive, ["a count"], [], ["a reason"]);

        Assert.That(result.Require, Throws.TypeOf<OnnxDisagreementException>());
        Assert.That(result.ToString(), Is.EqualTo("? a subject: inconclusive\n  a count\n  (a reason)"));
    }

    [TestCase(127, new byte[] { 8, 127 })]
    [TestCase(128, new byte[] { 8, 128, 1 })]
    [TestCase(300, new byte[] { 8, 172, 2 })]
    public void A_number_of_more_than_seven_bits_takes_another_byte(long value, byte[] bytes) =>
        Assert.That(new Protobuf().Add(1, value).ToArray(), Is.EqualTo(bytes));

    [Test]
    public void A_model_says_who_made_it_of_what_and_at_which_sizes_for_opset_18()
    {
        var model = OnnxModel.Of(
            new Scenario(s_linear, OnnxExtensions.Projection, new(("n", 2), ("m", 3), ("B", 1))),
            new OnnxGraph(ElementType.Float32));
        using var session = new InferenceSession(model.Bytes);

        Assert.That(session.ModelMetadata.ProducerName, Is.EqualTo("GradOracle"));
        Assert.That(session.ModelMetadata.Description, Does.EndWith(" at n=2 m=3 B=1"));
        Assert.That(session.ModelMetadata.GraphName, Is.EqualTo("linear"));
        Assert.That(model.Bytes[^1], Is.EqualTo(18));
    }

    [Test]
    public void Values_that_are_too_many_are_refused() => Assert.That(
        () => s_linear.SaveOnnx(
            Path.Combine(Path.GetTempPath(), "gradoracle-too-many.onnx"),
            new(("n", 1), ("m", 1), ("B", 1)),
            new Dictionary<string, double[]> { ["W"] = [1, 2] }),
        Throws.TypeOf<BadInputException>().With.Message.Contains("it takes 1 values, row after row, and 2 are given."));

    /// <summary>An export whose products are too large by a factor.</summary>
    private sealed class Scaling(ElementType type, double factor) : OnnxGraph(type)
    {
        public override string Product(string left, string right) =>
            base.Entrywise(ForeignStep.Multiply, base.Product(left, right), Number(factor));
    }

    /// <summary>An export whose products are too large by a number.</summary>
    private sealed class Adding(ElementType type, double number) : OnnxGraph(type)
    {
        public override string Product(string left, string right) =>
            base.Entrywise(ForeignStep.Add, base.Product(left, right), Number(number));
    }
}

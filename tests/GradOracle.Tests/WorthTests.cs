using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Messages;
using GradOracle.Networks;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What agreement is worth, and that reports say so.</summary>
public sealed class WorthTests
{
    private static readonly Loss s_crossEntropy = Named.Losses.Find("free-target-cross-entropy");

    [Test]
    public void Of_losses_without_exact_cases_it_names_those_that_were_tested_and_no_other()
    {
        IEnumerable<string> Without(Shape shape) => GradientCheck.Run(
            new OwnBackprop(), new() { Cases = 2, Losses = [Samples.SquaredError, s_crossEntropy], Shapes = [shape] })
            .WithoutExactCases.Select(loss => loss.Name);

        Assert.That(Without(Samples.Unequal), Is.EqualTo(new[] { "free-target-cross-entropy" }));
        Assert.That(Without(Samples.SizesOf(1, 1, 1, 1)), Is.Empty, "a softmax of one row is not tested at all");
    }

    [Test]
    public void A_gradient_that_is_zero_by_mathematics_agrees_and_is_told_as_untested()
    {
        var result = GradientCheck.Run(new Shifted(rightly: true), Options(s_crossEntropy));

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
        Assert.That(
            result.ToString(), Does.Contain("the gradient of s is zero whatever the values: nothing was tested"));
    }

    [Test]
    public void A_gradient_that_should_be_zero_and_is_not_is_caught() =>
        Assert.That(
            GradientCheck.Run(new Shifted(rightly: false), Options(s_crossEntropy)).Verdict,
            Is.EqualTo(Verdict.Disagrees));

    [Test]
    public void A_gradient_that_is_zero_in_some_cases_only_is_no_warning()
    {
        var result = GradientCheck.Run(new Shifted(rightly: true), Options(s_crossEntropy, Samples.SquaredError));

        Assert.That(result.Report(AnalysisDepth.Terminal).Check.Warnings, Is.Empty);
    }

    // A tensor that few cases have, as the last step of the longest sequence, may be seen in such cases alone.
    [Test]
    public void A_gradient_that_is_zero_only_where_entries_are_not_plain_is_no_warning()
    {
        var still = Zero(" values=still");

        Assert.That(Zero("").Untested, Is.Empty);
        Assert.That(still.Untested, Is.Empty);
        Assert.That(still.IsTested("Wx1"), Is.False);
    }

    private static Evidence Zero(string values)
    {
        var batch = Samples.Generate(Samples.Case($"untied/projection n=2 h=2 m=2 B=2 real float64 seed=1{values}"));
        var evidence = new Evidence();
        Comparison.Of(Catalog.Derivations.Find("untied"), batch).Judge(0, evidence);
        return evidence;
    }

    [Test]
    public void A_case_shows_what_is_zero_and_what_agrees_by_the_estimate()
    {
        var zero = CaseGenerator.Generate(
            new CaseId(
                new Scenario(new Shifted(true).Network, s_crossEntropy, new Shape(("n", 2), ("m", 3), ("B", 4))),
                CaseKind.Real,
                ElementType.Float64,
                5));
        Assert.That(
            Samples.Text(new Shifted(rightly: true), Comparison.Of(new Shifted(rightly: true), zero).Describe(0)),
            Does.Contain("W 3×2 agrees   X 2×4 agrees   s 1×4 agrees (zero here)"));

        var elman = Catalog.Derivations.Find("elman");
        var estimated = Samples.Generate(
            Samples.Case("elman/squared-error T=6 n=12 h=12 m=12 B=12 real float32 seed=3"));
        Assert.That(
            Samples.Text(elman, Comparison.Of(elman, estimated).Describe(0)),
            Does.Contain("Wh 12×12 agrees (estimated)"));
    }

    [Test]
    public void The_sentence_gives_the_weakest_line_of_each_kind_and_what_it_is_true_of()
    {
        var result = GradientCheck.Run(new OwnBackprop(), new CheckOptions { Cases = 10, Types = ElementType.All, Losses = [Samples.SquaredError, Named.Losses.Find("huber")] });

        var weakest = result.Suites.Where(s => s.Kind == CaseKind.Exact).Max(s => s.FalseAcceptLog2)!.Value;
        var widest = result.Suites.Where(s => s.Kind == CaseKind.Real).Max(s => s.Evidence.WidestBound);
        var sentence = result.Report(AnalysisDepth.Terminal).Check.Sentence;
        Assert.That(sentence, Does.Contain($"of degree at most 7 would pass the weakest exact line, squared-error in float32, with probability at most {NumberFormat.PowerOfTwo(weakest)}"));
        Assert.That(sentence, Does.Contain("exact cases of huber in float64 and huber in float32 have no such number"));
        Assert.That(sentence, Does.Contain($"real ones agree within at most {NumberFormat.Width(widest)} of a gradient's largest entry").And.Contains(" in float32)"));
    }

    [Test]
    public void What_rests_on_the_estimate_is_counted_in_the_sentence_and_marked_in_the_table()
    {
        var result = GradientCheck.Run(Catalog.Derivations.Find("elman"), new CheckOptions { Cases = 20, Types = [ElementType.Float32], Kinds = [CaseKind.Real], Losses = [Samples.SquaredError] });

        var check = result.Report(AnalysisDepth.Terminal).Check;
        var estimated = check.Suites[0].Estimated;
        Assert.That(estimated, Is.GreaterThan(0));
        Assert.That(check.Sentence, Does.Contain($"proven for {20 - estimated} and estimated for {estimated} of 20"));
        Assert.That(check.Suites[0].Power, Does.StartWith("≈"));
    }

    [TestCase(1.01e-12, "1.1E-12")]
    [TestCase(1e-12, "1.0E-12")]
    [TestCase(9.96e-3, "1.0E-2")]
    [TestCase(0.31, "3.1E-1")]
    [TestCase(2.04, "2.1E+0")]
    public void A_width_is_rounded_up(double value, string text) =>
        Assert.That(NumberFormat.Width(value), Is.EqualTo(text));

    [Test]
    public void The_estimate_of_a_case_is_the_same_bits_alone_and_among_others_and_sees_what_a_step_does()
    {
        var batch = Samples.Generate(Samples.Case("elman-tanh/squared-error T=8 n=3 h=4 m=2 B=3 real float32 seed=1"));

        Assert.That(RoundingEstimate.Of(batch)["Wh"], Is.EqualTo(RoundingEstimate.Of(batch.Copy())["Wh"]));
        var found = Comparison.Of(Catalog.Derivations.Find("elman-tanh"), batch);
        foreach (var gradient in found.Expected.Gradients)
        {
            var apart = gradient.Values.Zip(found.Received[gradient.Name].Values, (a, d) => Math.Abs(a - d)).Max();
            Assert.That(apart, Is.LessThan(RoundingEstimate.Of(batch)[gradient.Name]));
            Assert.That(RoundingEstimate.Of(batch)[gradient.Name], Is.LessThan(1e-4 * gradient.Values.Max(Math.Abs)));
        }
    }

    private static CheckOptions Options(params Loss[] losses) =>
        new() { Cases = 60, Kinds = [CaseKind.Real], Losses = losses };

    /// <summary>Ŷ = W X, a number of its own added to all of a column, which a softmax does not see.</summary>
    private sealed class ShiftedNetwork : Network
    {
        public override string Name => "shifted";

        public override string Summary => "Ŷ = W X + 1 s";

        public override IReadOnlyList<string> Dimensions { get; } = ["n", "m", "B"];

        public override IReadOnlyList<TensorSpec> Tensors(Shape shape) =>
        [
            new("W", TensorRole.Parameter, shape["m"], shape["n"]),
            new("X", TensorRole.Input, shape["n"], shape["B"]),
            new("s", TensorRole.Parameter, 1, shape["B"]),
        ];

        public override Node Forward(Inputs x) =>
            x["W"] * x["X"] + x["s"].Broadcast(new Sizes(x.Shape["m"], x.Shape["B"]));
    }

    private sealed class Shifted(bool rightly) : MatrixDerivation(new ShiftedNetwork())
    {
        public override string Name => "shifted";

        public override string Summary => "∂s = 1ᵀ G";

        protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
        {
            var (W, X) = (x["W"], x["X"]);
            var Y = W * X;
            for (var j = 0; j < Y.ColumnCount; j++)
            {
                for (var i = 0; i < Y.RowCount; i++)
                {
                    Y[i, j] += x["s"][0, j];
                }
            }

            var G = x.OutputGradient(Y);
            return new()
            {
                ["W"] = G.TransposeAndMultiply(X),
                ["X"] = W.TransposeThisAndMultiply(G),
                ["s"] = rightly ? G.ColumnSums().ToRowMatrix() : G.SubMatrix(0, 1, 0, G.ColumnCount),
            };
        }
    }
}

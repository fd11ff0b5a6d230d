using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

using M = Matrix<double>;

/// <summary>Statistics computed anew where they are given, means over the wrong axis, a gain at the wrong place: each
/// with its sentence, a right twin, and what is nearly that mistake.</summary>
public sealed class NormalisationMistakesTests
{
    private const string Right = "";
    private const double Epsilon = 1e-5;

    private static readonly Network s_given = Network.Define("given", ["n", "B"], x =>
    {
        var C = x.Input("X", "n", "B") - x.Input("m", "n", "1");
        return x.Parameter("g", "n", "1").Hadamard(C / (x.Input("v", ["n", "1"], Holds.Positive) + Epsilon).Sqrt());
    }, smallest: [("B", 3)]).Differentiates("X", "g");

    private static readonly Network s_rows = Network.Define("rows", ["B", "n"], x =>
    {
        var X = x.Input("X", "B", "n");
        var C = X - X.Mean(1, keepDims: true);
        return (C / (C.Squared().Mean(1, keepDims: true) + Epsilon).Sqrt()).Hadamard(x.Parameter("g", "1", "n"));
    }, rowsAreExamples: true, smallest: [("n", 3), ("B", 2)]);

    private static readonly Network s_before = Network.Define("gain-before", ["B", "n"], x =>
    {
        var S = x.Input("X", "B", "n").Hadamard(x.Parameter("g", "1", "n"));
        return S / (S.Squared().Sum(1, keepDims: true) + Epsilon).Sqrt();
    }, rowsAreExamples: true);

    [TestCase(Right, "")]
    [TestCase("both", "m and v are computed anew from X on the way back, as in training: they are given")]
    [TestCase("mean", "m is computed anew from X on the way back, as in training: it is given")]
    [TestCase("variance", "v is computed anew from X on the way back, as in training: it is given")]
    [TestCase("training", "m and v are computed anew from X on the way back, as in training, and flowed back through")]
    public void Statistics_that_are_given_and_computed_anew_are_told(string mistake, string sentence) =>
        Claims.Said(s_given, x => Given(x, mistake), sentence, ("B", 5));

    [Test]
    public void Statistics_that_are_nearly_those_of_training_are_not_told_so() => Assert.That(
        Claims.Of(new Derivations.LambdaDerivation(s_given, x => Given(x, "twice the mean")), ("B", 5)),
        Is.Not.Empty.And.None.Contains("computed anew"));

    [TestCase(Right, "")]
    [TestCase("over rows", "the means of the normalisation go over the rows in the contribution of X")]
    [TestCase("divided by n", "where they go over the columns on the way forth, and are divided by as many")]
    [TestCase("gain behind", "the factor g is multiplied in at the gradient of X, where it belongs in ∂L/∂")]
    public void Means_and_gains_of_a_layer_normalisation_are_told(string mistake, string sentence) =>
        Claims.Said(s_rows, x => Rows(x, mistake), sentence, ("B", 4), ("n", 3));

    [TestCase("half of the mean over rows", "go over the rows")]
    [TestCase("gain behind, and doubled", "is multiplied in at")]
    public void What_is_nearly_one_of_these_is_not_told_so(string mistake, string words) => Assert.That(
        Claims.Of(new Derivations.LambdaDerivation(s_rows, x => Rows(x, mistake)), ("B", 4), ("n", 3)),
        Is.Not.Empty.And.None.Contains(words));

    [TestCase(Right, "")]
    [TestCase("gain ahead", "the factor g is multiplied in at ∂L/∂Ŷ, where it belongs in the gradient of X, as ∂X uses it")]
    [TestCase("gain forgotten", "the gradient of X is ∂L/∂(X ∘ g), where ∂L/∂(X ∘ g) ∘ g belongs")]
    public void A_gain_that_belongs_ahead_of_a_normalisation_is_told(string mistake, string sentence) =>
        Claims.Said(s_before, x =>
        {
            var (X, g) = (x["X"], x["g"]);
            var S = X.MapIndexed((_, j, v) => v * g[0, j]);
            var r = S.PointwiseMultiply(S).RowSums().Map(v => 1 / Math.Sqrt(v + Epsilon));
            var N = S.MapIndexed((i, _, v) => v * r[i]);
            var G = x.OutputGradient(N);
            M Back(M D) => D.PointwiseMultiply(N).RowSums() is var along
                ? D.MapIndexed((i, j, v) => r[i] * (v - N[i, j] * along[i]), Zeros.Include)
                : D;
            M Gained(M of) => of.MapIndexed((_, j, v) => v * g[0, j]);
            var dS = Back(G);
            return new()
            {
                ["g"] = dS.PointwiseMultiply(X).ColumnSums().ToRowMatrix(),
                ["X"] = mistake switch { "gain ahead" => Back(Gained(G)), "gain forgotten" => dS, _ => Gained(dS) },
            };
        }, sentence, ("B", 4), ("n", 3));

    [Test]
    public void Statistics_computed_anew_on_the_way_forth_are_told()
    {
        var derivation = new Derivations.LambdaDerivation(s_given, x => Given(x, "forth"));
        var shape = new Shape([("n", 2), ("B", 5)]);
        var failing = Cases.CaseGenerator.Generate(
            new(new Networks.Scenario(s_given, Samples.SquaredError, shape), CaseKind.Real, ElementType.Float64, 7));

        Assert.That(Diagnoses.ForwardDiagnosis.Of(derivation, failing)?.Explanations.Select(e => e.Sentence), Is.EqualTo(
            ["the forward outputs differ: on the way forth m and v are computed anew from X, as in training: they are given"]));
    }

    private static Gradients<double> Given(MatrixCase<double> x, string mistake)
    {
        var (X, g, B) = (x["X"], x["g"], x.Shape["B"]);
        var (m, v) = (x["m"].Column(0), x["v"].Column(0));
        var mean = X.RowSums() / B;
        var variance = X.MapIndexed((i, _, e) => (e - mean[i]) * (e - mean[i])).RowSums() / B;
        (m, v) = mistake == "forth" ? (mean, variance) : (m, v);
        M Normed() => X.MapIndexed((i, _, e) => (e - m[i]) / Math.Sqrt(v[i] + Epsilon), Zeros.Include);
        var G = x.OutputGradient(Normed().MapIndexed((i, _, e) => e * g[i, 0]));
        (m, v) = mistake switch
        {
            "both" or "training" => (mean, variance),
            "mean" => (mean, v),
            "variance" => (m, variance),
            "twice the mean" => (2 * mean, v),
            _ => (m, v),
        };
        var (N, D) = (Normed(), G.MapIndexed((i, _, e) => e * g[i, 0]));
        var (all, along) = (D.RowSums() / B, D.PointwiseMultiply(N).RowSums() / B);
        return new()
        {
            ["g"] = G.PointwiseMultiply(N).RowSums().ToColumnMatrix(),
            ["X"] = D.MapIndexed(
                (i, j, e) => (mistake == "training" ? e - all[i] - N[i, j] * along[i] : e) / Math.Sqrt(v[i] + Epsilon),
                Zeros.Include),
        };
    }

    private static Gradients<double> Rows(MatrixCase<double> x, string mistake)
    {
        var (X, g, B, n) = (x["X"], x["g"], x.Shape["B"], x.Shape["n"]);
        var m = X.RowSums() / n;
        var C = X.MapIndexed((i, _, v) => v - m[i], Zeros.Include);
        var s = (C.PointwiseMultiply(C).RowSums() / n + Epsilon).PointwiseSqrt();
        var N = C.MapIndexed((i, _, v) => v / s[i]);
        M Gained(M of) => of.MapIndexed((_, j, v) => v * g[0, j]);
        var G = x.OutputGradient(Gained(N));
        var isBehind = mistake.StartsWith("gain behind", StringComparison.Ordinal);
        var D = isBehind ? G : Gained(G);
        var (mean, along) = (D.RowSums() / n, D.PointwiseMultiply(N).RowSums() / n);
        var (overRows, alongRows) = (D.ColumnSums(), D.PointwiseMultiply(N).ColumnSums());
        double Through(int i, int j) => mistake switch
        {
            "over rows" => (overRows[j] + N[i, j] * alongRows[j]) / B,
            "divided by n" => (overRows[j] + N[i, j] * alongRows[j]) / n,
            "half of the mean over rows" => (overRows[j] / 2 + N[i, j] * alongRows[j]) / B,
            _ => mean[i] + N[i, j] * along[i],
        };
        var dX = D.MapIndexed((i, j, v) => (v - Through(i, j)) / s[i], Zeros.Include);
        return new()
        {
            ["g"] = G.PointwiseMultiply(N).ColumnSums().ToRowMatrix(),
            ["X"] = isBehind ? Gained(dX) * (mistake.Contains("doubled", StringComparison.Ordinal) ? 2 : 1) : dX,
        };
    }
}

using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Mean and variance taken for constants where they are made of what is normalised, and the other way round:
/// each with its sentence, a right twin, and what is nearly that mistake.</summary>
public sealed class ModesOfNormalisationTests
{
    private const string Right = "";
    private const double Epsilon = 1e-5;

    private static readonly Network s_training = Network.Define("training", ["n", "B"], x =>
    {
        var X = x.Input("X", "n", "B");
        var C = X - X.Mean(1, keepDims: true).Named("m");
        var v = C.Squared().Mean(1, keepDims: true).Named("v");
        return x.Parameter("γ", "n", "1").Hadamard(C / (v + Epsilon).Sqrt());
    }, smallest: [("n", 2), ("B", 4)]);

    private static readonly Network s_evaluation = Network.Define("evaluation", ["n", "B"], x =>
    {
        var C = x.Input("X", "n", "B") - x.Input("m", "n", "1");
        var s = (x.Input("v", ["n", "1"], Holds.Positive) + Epsilon).Sqrt().Named("s");
        return x.Parameter("γ", "n", "1").Hadamard(C / s);
    }, smallest: [("n", 2), ("B", 4)]).Differentiates("X", "γ");

    [TestCase(Right, "")]
    [TestCase("constants", "nothing flows back through m and v, as if they were constants")]
    [TestCase("mean constant", "∂L/∂m is missing")]
    [TestCase("variance constant", "∂L/∂v is missing")]
    [TestCase("not divided", "what flows back through m and v is not divided by how many they are made of")]
    [TestCase("variance halved", "∂L/∂v is halved")]
    public void What_is_not_carried_through_mean_and_variance_is_told(string mistake, string sentence) =>
        Claims.Said(s_training, x =>
        {
            var (X, B) = (x["X"], x.Shape["B"]);
            var m = X.RowSums() / B;
            var C = X.MapIndexed((i, _, v) => v - m[i], Zeros.Include);
            return Backward(x, C, C.PointwiseMultiply(C).RowSums() / B, (mean, variance) => mistake switch
            {
                "constants" => (0, 0),
                "mean constant" => (0, variance),
                "variance constant" => (mean, 0),
                "not divided" => (mean * B, variance * B),
                "variance halved" => (mean, variance / 2),
                _ => (mean, variance),
            });
        }, sentence, ("B", 5));

    [TestCase(Right, "")]
    [TestCase("training", "is what it would be if m and s were mean and deviation of X, as in training: they are given")]
    [TestCase("mean", "is what it would be if m were the mean of X, as in training: they are given")]
    [TestCase("variance", "is what it would be if s were the deviation of X, as in training: they are given")]
    [TestCase("mean halved", "the gradient of X is wrong, and none of ")]
    public void What_is_carried_through_a_given_mean_and_variance_is_told(string mistake, string sentence) =>
        Claims.Said(s_evaluation, x =>
        {
            var C = x["X"].MapIndexed((i, _, v) => v - x["m"][i, 0], Zeros.Include);
            return Backward(x, C, x["v"].Column(0), (mean, variance) => mistake switch
            {
                "training" => (mean, variance),
                "mean" => (mean, 0),
                "variance" => (0, variance),
                "mean halved" => (mean / 2, 0),
                _ => (0, 0),
            });
        }, sentence, ("B", 5));

    // What is taken off ∂N for the mean, and off it times N for the variance.
    private static Gradients<double> Backward(
        MatrixCase<double> x,
        Matrix<double> C,
        Vector<double> variance,
        Func<double, double, (double Mean, double Variance)> through)
    {
        var (γ, B) = (x["γ"], x.Shape["B"]);
        var r = (variance + Epsilon).Map(v => 1 / Math.Sqrt(v));
        var N = C.MapIndexed((i, _, v) => v * r[i]);
        var G = x.OutputGradient(N.MapIndexed((i, _, v) => v * γ[i, 0], Zeros.Include));
        var dN = G.MapIndexed((i, _, v) => v * γ[i, 0]);
        var (mean, alongN) = (dN.RowSums() / B, dN.PointwiseMultiply(N).RowSums() / B);
        return new()
        {
            ["γ"] = G.PointwiseMultiply(N).RowSums().ToColumnMatrix(),
            ["X"] = dN.MapIndexed((i, j, v) =>
            {
                var (throughMean, throughVariance) = through(mean[i], alongN[i]);
                return r[i] * (v - throughMean - N[i, j] * throughVariance);
            }, Zeros.Include),
        };
    }
}

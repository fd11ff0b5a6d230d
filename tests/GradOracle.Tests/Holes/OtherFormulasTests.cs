using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Right code by another formula than autograd's, which rounds less, or more; and its wrong twins.</summary>
public sealed class OtherFormulasTests
{
    private static readonly Network s_logSumExp = Network.Define(
        "log-sum-exp",
        ["n", "m", "B"],
        x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).LogSumExp(0).Reshape(1, -1));

    private static readonly Network s_softmax = Network.Define(
        "softmax", ["n", "m", "B"], x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Softmax(0));

    // TorchSharp goes back by exp(Z − Ŷ), which is off by the rounding of Ŷ: some thousand units where Ŷ is 2000.
    [TestCase(0, Verdict.Agrees)]
    [TestCase(1e-9, Verdict.Disagrees)]
    public void What_autograd_alone_rounds_is_no_fault_of_the_derivation(double off, Verdict expected) =>
        Assert.That(
            GradientCheck.Replay(
                s_logSumExp,
                x =>
                {
                    var (W, X) = (x["W"], x["X"]);
                    var Z = W * X;
                    var G = x.OutputGradient(Matrix<double>.Build.Dense(1, Z.ColumnCount, (_, j) => LogSumExp(Z, j)));
                    var D = Z.MapIndexed(
                        (_, j, z) => G[0, j] * (1 + off) / Z.Column(j).Sum(other => Math.Exp(other - z)));
                    return new() { ["W"] = D.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(D) };
                },
                "log-sum-exp/projection n=2 m=33 B=1 real float64 seed=2067 values=hot").Verdict,
            Is.EqualTo(expected));

    // exp(Z − ln Σ exp Z) for exp Z / Σ exp Z: nothing of it is in the graph. What is left of the gradient is so small
    // there that nobody can tell.
    [TestCase(0, Verdict.Inconclusive)]
    [TestCase(1, Verdict.Disagrees)]
    public void A_softmax_by_its_logarithm_is_not_refused_where_it_is_saturated(double off, Verdict expected) =>
        Assert.That(
            GradientCheck.Replay(
                s_softmax,
                x =>
                {
                    var (W, X) = (x["W"], x["X"]);
                    var Z = W * X;
                    var P = Z.MapIndexed((_, j, z) => Math.Exp(z - LogSumExp(Z, j)));
                    var PG = P.PointwiseMultiply(x.OutputGradient(P));
                    var D = PG - P.MapIndexed((_, j, p) => p * PG.Column(j).Sum());
                    return new()
                    {
                        ["W"] = D.TransposeAndMultiply(X) * (1 + off),
                        ["X"] = W.TransposeThisAndMultiply(D),
                    };
                },
                "softmax/free-target-cross-entropy n=2 m=33 B=1 real float64 seed=2067 values=hot").Verdict,
            Is.EqualTo(expected));

    private static double LogSumExp(Matrix<double> Z, int column)
    {
        var largest = Z.Column(column).Maximum();
        return largest + Math.Log(Z.Column(column).Sum(z => Math.Exp(z - largest)));
    }
}

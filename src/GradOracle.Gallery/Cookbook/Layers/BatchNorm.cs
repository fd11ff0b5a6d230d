using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// Batch normalisation in training mode: every feature, a row, over the examples of the batch: <c>Y = γ ∘ N + β, N =
/// (X − mean) / √(variance + ε)</c>.
/// </summary>
/// <remarks>
/// S. Ioffe and C. Szegedy, "Batch normalization", ICML 2015: its last equations of §3 are the derivation in steps.
/// Running averages are no part of the gradient.
/// </remarks>
internal static class BatchNorm
{
    private const double ε = 1e-5;

    // Of two examples the norm is (−1, 1) or (1, −1), whatever they are, but for ε; and where G has one entry
    // throughout, as the sign of an error may, ∂X is 0.
    private static readonly Network s_network = Network.Define("batch-norm", ["n", "B"], x =>
    {
        x.Input("X", "n", "B");
        var C = (x["X", "in C"] - x["X", "in the mean"].Mean(1, keepDims: true)).Named("C"); // [n×B]
        var v = C.Squared().Mean(1, keepDims: true).Named("v");                 // [n×1]
        var N = C.Hadamard((v + ε).Rsqrt().Named("r")).Named("N");              // [n×B]
        return x.Parameter("γ", "n", "1").Hadamard(N) + x.Parameter("β", "n", "1");
    }, smallest: [("n", 2), ("B", 4)]);

    /// <summary>The network, its derivations and their mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "batch-norm",
            "∂C = ∂N r + 2/B C ∂v, ∂v = −½ r³ Σ_b ∂N ∘ C, ∂X = ∂C − mean ∂C",
            StepByStep))
    {
        Others =
        [
            ByHand.Matrices(s_network, "batch-norm-collapsed", "∂X = γ r/B ∘ (B G − ∂β − N ∘ ∂γ)", Collapsed),
        ],
        Kept = new(("n", 2), ("B", 5)),
        Lines =
        [
            "forward    C  = X − mean_b X                    [n×B]   centred, every feature over the batch",
            "           v  = mean_b C²                       [n×1]   the variance, with 1/B",
            "           r  = 1/√(v + ε)                      [n×1]",
            "           N  = C r                             [n×B]",
            "           Y  = γ ∘ N + β                       [n×B]",
            "backward   G  = ∂L/∂Y                           [n×B]",
            "           ∂γ = Σ_b G ∘ N, ∂β = Σ_b G           [n×1]   with N, not with X",
            "           ∂N = γ ∘ G                           [n×B]",
            "           ∂r = Σ_b ∂N ∘ C                      [n×1]   r is used by every example",
            "           ∂v = −½ r³ ∂r                        [n×1]",
            "           ∂C = ∂N r + 2/B C ∂v                 [n×B]   C is used twice: in N and in v",
            "           ∂X = ∂C − mean_b ∂C                  [n×B]   every example moves the mean of all",
            "collapsed  ∂X = γ r/B ∘ (B G − ∂β − N ∘ ∂γ)",
        ],
        Mistakes =
        [
            Wrong(
                "variance-forgotten", "∂C = ∂N r: r taken for a constant",
                "∂L/∂v is missing|∂L/∂r is missing|through v", "∂L/∂v|∂L/∂r|∂L/∂C",
                p => p.Given(Centred(p.dN.TimesColumn(p.r)))),
            Wrong(
                "statistics-taken-for-constant", "∂X = ∂N r: evaluation mode",
                "nothing flows back through mean(X, axis 1) and v, as if they were constants", "X|∂L/∂r",
                p => p.Given(p.dN.TimesColumn(p.r))),
            Wrong(
                "mean-over-features", "∂X = ∂C − mean_i ∂C",
                "axis", "X",
                p => p.Given(p.dC.PlusRow(-p.dC.ColumnMeans()))),
            Wrong(
                "scale-with-the-input", "∂γ = Σ_b G ∘ X",
                "X stands in place of N in the gradient of γ|∂L/∂Ŷ ∘ X, where", "γ",
                p => p.Given(dγ: p.G.PointwiseMultiply(p.X))),
        ],
    };

    private static Gradients<double> StepByStep(MatrixCase<double> x)
    {
        var (X, γ, β, B) = (x["X"], x["γ"].Column(0), x["β"].Column(0), x.Shape["B"]);

        var C = Centred(X);                                                     // [n×B]
        var v = C.PointwiseMultiply(C).RowMeans();                              // a number for each feature
        var r = (v + ε).Map(w => 1 / Math.Sqrt(w));
        var N = C.TimesColumn(r);                                               // [n×B]
        var G = x.OutputGradient(N.TimesColumn(γ).PlusColumn(β));               // [n×B]

        var dN = G.TimesColumn(γ);                                              // [n×B]
        var dr = dN.PointwiseMultiply(C).RowSums();
        var dv = r.PointwiseMultiply(r).PointwiseMultiply(r).PointwiseMultiply(dr) * -0.5;
        var dC = dN.TimesColumn(r) + C.TimesColumn(dv * (2.0 / B));             // [n×B] used twice: two terms
        return new()
        {
            ["γ"] = G.PointwiseMultiply(N).SumOfColumns(),                      // [n×1]
            ["β"] = G.SumOfColumns(),                                           // [n×1]
            ["X"] = Centred(dC),                                                // [n×B] used twice: two terms
        };
    }

    private static Gradients<double> Collapsed(MatrixCase<double> x)
    {
        var (X, γ, β, B) = (x["X"], x["γ"].Column(0), x["β"].Column(0), x.Shape["B"]);

        var C = Centred(X);
        var r = (C.PointwiseMultiply(C).RowMeans() + ε).Map(w => 1 / Math.Sqrt(w));
        var N = C.TimesColumn(r);
        var G = x.OutputGradient(N.TimesColumn(γ).PlusColumn(β));

        var (dγ, dβ) = (G.PointwiseMultiply(N).RowSums(), G.RowSums());
        return new()
        {
            ["γ"] = dγ.ToColumnMatrix(),
            ["β"] = dβ.ToColumnMatrix(),
            ["X"] = ((G * B).PlusColumn(-dβ) - N.TimesColumn(dγ)).TimesColumn(γ.PointwiseMultiply(r) / B),
        };
    }

    private static Matrix<double> Centred(Matrix<double> matrix) => matrix.PlusColumn(-matrix.RowMeans());

    private static Trial Wrong(
        string name, string line, string says, string places, Func<NormPass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x => backward(NormPass.Of(x, NormAxis.OfRows, ε)));
}

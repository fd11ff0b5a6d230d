using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// Layer normalisation of every example, a column: <c>Y = γ ∘ N + β, N = (X − mean) / √(variance + ε)</c> over its d
/// features.
/// </summary>
/// <remarks>J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", arXiv:1607.06450 (2016).</remarks>
internal static class LayerNorm
{
    private const double ε = 1e-5;

    // Of two features the norm is (−1, 1) or (1, −1), whatever they are, but for ε.
    private static readonly Network s_network = Network.Define("layer-norm", ["d", "B"], x =>
    {
        x.Input("X", "d", "B");
        var C = (x["X", "in C"] - x["X", "in the mean"].Mean(0, keepDims: true)).Named("C"); // [d×B]
        var v = C.Squared().Mean(0, keepDims: true).Named("v");                 // [1×B]
        var N = C.Hadamard((v + ε).Rsqrt().Named("r")).Named("N");              // [d×B]
        return x.Parameter("γ", "d", "1").Hadamard(N) + x.Parameter("β", "d", "1");
    }, smallest: [("d", 3)]);

    /// <summary>The network, its derivations and their mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "layer-norm",
            "∂C = ∂N r + 2/d C ∂v, ∂v = −½ r³ Σ_i ∂N ∘ C, ∂X = ∂C − mean ∂C",
            StepByStep))
    {
        Others =
        [
            ByHand.Matrices(
                s_network, "layer-norm-collapsed",
                "∂X = r (∂N − mean ∂N − N ∘ mean(∂N ∘ N)), ∂N = γ ∘ G",
                Collapsed),
        ],
        Kept = new(("d", 4), ("B", 3)),
        Lines =
        [
            "forward    C  = X − mean_i X                        [d×B]   centred, every column alone",
            "           v  = mean_i C²                           [1×B]   the variance, with 1/d",
            "           r  = 1/√(v + ε)                          [1×B]",
            "           N  = C r                                 [d×B]",
            "           Y  = γ ∘ N + β                           [d×B]",
            "backward   G  = ∂L/∂Y                               [d×B]",
            "           ∂γ = Σ_b G ∘ N, ∂β = Σ_b G               [d×1]   with N, not with X",
            "           ∂N = γ ∘ G                               [d×B]",
            "           ∂r = Σ_i ∂N ∘ C                          [1×B]   r is used by every feature",
            "           ∂v = −½ r³ ∂r                            [1×B]",
            "           ∂C = ∂N r + 2/d C ∂v                     [d×B]   C is used twice: in N and in v",
            "           ∂X = ∂C − mean_i ∂C                      [d×B]   X is used twice: in C and in its mean",
            "collapsed  ∂X = r (∂N − mean_i ∂N − N ∘ mean_i(∂N ∘ N))",
        ],
        Mistakes =
        [
            Wrong(
                "variance-forgotten", "∂C = ∂N r: r taken for a constant",
                "∂L/∂v is missing|∂L/∂r is missing|through v", "∂L/∂v|∂L/∂r|∂L/∂C",
                p => p.Given(Centred(p.dN.TimesRow(p.r)))),
            Wrong("mean-forgotten", "∂X = ∂C", "the contribution of X in the mean is missing", "X", p => p.Given(p.dC)),
            Wrong(
                "scale-with-the-input", "∂γ = Σ_b G ∘ X",
                "X stands in place of N in the gradient of γ|∂L/∂Ŷ ∘ X, where", "γ",
                p => p.Given(dγ: p.G.PointwiseMultiply(p.X))),
            Wrong(
                "scale-forgotten", "∂N = G",
                "γ is missing in ∂L/∂N|the factor γ is missing|∂L/∂N is ∂L/∂Ŷ, where", "∂L/∂N",
                p => (p with { dN = p.G }).Given()),
        ],
    };

    private static Gradients<double> StepByStep(MatrixCase<double> x)
    {
        var (X, γ, β, d) = (x["X"], x["γ"].Column(0), x["β"].Column(0), x.Shape["d"]);

        var C = Centred(X);                                                     // [d×B]
        var v = C.PointwiseMultiply(C).ColumnMeans();                           // a number for each column
        var r = (v + ε).Map(w => 1 / Math.Sqrt(w));
        var N = C.TimesRow(r);                                                  // [d×B]
        var G = x.OutputGradient(N.TimesColumn(γ).PlusColumn(β));               // [d×B]

        var dN = G.TimesColumn(γ);                                              // [d×B]
        var dr = dN.PointwiseMultiply(C).ColumnSums();
        var dv = r.PointwiseMultiply(r).PointwiseMultiply(r).PointwiseMultiply(dr) * -0.5;
        var dC = dN.TimesRow(r) + C.TimesRow(dv * (2.0 / d));                   // [d×B] used twice: two terms
        return new()
        {
            ["γ"] = G.PointwiseMultiply(N).SumOfColumns(),                      // [d×1]
            ["β"] = G.SumOfColumns(),                                           // [d×1]
            ["X"] = Centred(dC),                                                // [d×B] used twice: two terms
        };
    }

    private static Gradients<double> Collapsed(MatrixCase<double> x)
    {
        var (X, γ, β) = (x["X"], x["γ"].Column(0), x["β"].Column(0));

        var C = Centred(X);
        var r = (C.PointwiseMultiply(C).ColumnMeans() + ε).Map(w => 1 / Math.Sqrt(w));
        var N = C.TimesRow(r);
        var G = x.OutputGradient(N.TimesColumn(γ).PlusColumn(β));

        var dN = G.TimesColumn(γ);
        var along = dN.PointwiseMultiply(N).ColumnMeans();
        return new()
        {
            ["γ"] = G.PointwiseMultiply(N).SumOfColumns(),
            ["β"] = G.SumOfColumns(),
            ["X"] = (Centred(dN) - N.TimesRow(along)).TimesRow(r),
        };
    }

    private static Matrix<double> Centred(Matrix<double> matrix) => matrix.PlusRow(-matrix.ColumnMeans());

    private static Trial Wrong(
        string name, string line, string says, string places, Func<NormPass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x => backward(NormPass.Of(x, NormAxis.OfColumns, ε)));
}

using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// Root mean square normalisation of every example, a column: <c>Y = γ ∘ N, N = X / √(mean X² + ε)</c>.
/// </summary>
/// <remarks>B. Zhang and R. Sennrich, "Root mean square layer normalization", NeurIPS 2019.</remarks>
internal static class RmsNorm
{
    private const double ε = 1e-5;

    private static readonly Network s_network = Network.Define("rms-norm", ["d", "B"], x =>
    {
        x.Input("X", "d", "B");
        var s = x["X", "in s"].Squared().Mean(0, keepDims: true).Named("s");                 // [1×B]
        var N = x["X", "in N"].Hadamard((s + ε).Rsqrt().Named("r")).Named("N");              // [d×B]
        return x.Parameter("γ", "d", "1").Hadamard(N);
    }, smallest: [("d", 2)]);

    /// <summary>The network, its derivations and their mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(s_network, "rms-norm", "∂s = −½ r³ Σ_i ∂N ∘ X, ∂X = ∂N r + 2/d X ∂s", StepByStep))
    {
        Others =
        [
            ByHand.Matrices(s_network, "rms-norm-collapsed", "∂X = r (∂N − N ∘ mean(∂N ∘ N)), ∂N = γ ∘ G", Collapsed),
        ],
        Kept = new(("d", 4), ("B", 3)),
        Lines =
        [
            "forward    s  = mean_i X²                  [1×B]   of every column",
            "           r  = 1/√(s + ε)                 [1×B]",
            "           N  = X r                        [d×B]",
            "           Y  = γ ∘ N                      [d×B]",
            "backward   G  = ∂L/∂Y                      [d×B]",
            "           ∂γ = Σ_b G ∘ N                  [d×1]",
            "           ∂N = γ ∘ G                      [d×B]",
            "           ∂r = Σ_i ∂N ∘ X                 [1×B]",
            "           ∂s = −½ r³ ∂r                   [1×B]",
            "           ∂X = ∂N r + 2/d X ∂s            [d×B]   X is used twice: in N and in s",
            "collapsed  ∂X = r (∂N − N ∘ mean_i(∂N ∘ N))",
        ],
        Mistakes =
        [
            Wrong(
                "length-taken-for-constant", "∂X = ∂N r",
                "∂L/∂s is missing|∂L/∂r is missing", "∂L/∂s|∂L/∂r|X",
                p => p.Given(p.dN.TimesRow(p.r))),
            Wrong(
                "sum-for-mean", "∂X = r (∂N − N ∘ Σ_i ∂N ∘ N)",
                "∂L/∂s is multiplied by d|multiplied by d", "∂L/∂s|X",
                p => p.Given((p.dN - p.N.TimesRow(p.dN.PointwiseMultiply(p.N).ColumnSums())).TimesRow(p.r))),
            Wrong(
                "scale-with-the-input", "∂γ = Σ_b G ∘ X",
                "X stands in place of N in the gradient of γ|∂L/∂Ŷ ∘ X, where", "γ",
                p => p.Given(dγ: p.G.PointwiseMultiply(p.X))),
        ],
    };

    private static Gradients<double> StepByStep(MatrixCase<double> x)
    {
        var (X, γ, d) = (x["X"], x["γ"].Column(0), x.Shape["d"]);

        var s = X.PointwiseMultiply(X).ColumnMeans();                           // a number for each column
        var r = (s + ε).Map(w => 1 / Math.Sqrt(w));
        var N = X.TimesRow(r);                                                  // [d×B]
        var G = x.OutputGradient(N.TimesColumn(γ));                             // [d×B]

        var dN = G.TimesColumn(γ);                                              // [d×B]
        var dr = dN.PointwiseMultiply(X).ColumnSums();
        var ds = r.PointwiseMultiply(r).PointwiseMultiply(r).PointwiseMultiply(dr) * -0.5;
        return new()
        {
            ["γ"] = G.PointwiseMultiply(N).SumOfColumns(),                      // [d×1]
            ["X"] = dN.TimesRow(r) + X.TimesRow(ds * (2.0 / d)),                // [d×B] used twice: two terms
        };
    }

    private static Gradients<double> Collapsed(MatrixCase<double> x) => With(x, p => p.Given());

    private sealed record Pass(
        Matrix<double> X, Vector<double> r, Matrix<double> N, Matrix<double> G, Matrix<double> dN)
    {
        public Gradients<double> Given(Matrix<double>? dX = null, Matrix<double>? dγ = null) => new()
        {
            ["γ"] = (dγ ?? G.PointwiseMultiply(N)).SumOfColumns(),
            ["X"] = dX ?? (dN - N.TimesRow(dN.PointwiseMultiply(N).ColumnMeans())).TimesRow(r),
        };
    }

    private static Gradients<double> With(MatrixCase<double> x, Func<Pass, Gradients<double>> backward)
    {
        var (X, γ) = (x["X"], x["γ"].Column(0));
        var r = (X.PointwiseMultiply(X).ColumnMeans() + ε).Map(w => 1 / Math.Sqrt(w));
        var N = X.TimesRow(r);
        var G = x.OutputGradient(N.TimesColumn(γ));
        return backward(new(X, r, N, G, G.TimesColumn(γ)));
    }

    private static Trial Wrong(
        string name, string line, string says, string places, Func<Pass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x => With(x, backward));
}

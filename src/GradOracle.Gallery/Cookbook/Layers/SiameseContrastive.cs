using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// A siamese network with its contrastive loss: two inputs through one weight, the distance of what comes out, and the
/// loss of every pair,
/// <c>ℓ = ½ (S d² + (1 − S) max(0, 1 − d)²)</c>, S 1 where the pair belongs together. The margin is 1.
/// </summary>
/// <remarks>
/// R. Hadsell, S. Chopra and Y. LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR 2006.
/// </remarks>
internal static class SiameseContrastive
{
    private const double ε = 1e-6; // two equal inputs have no direction

    private static readonly Network s_network = Network.Define("siamese-contrastive", ["n", "h", "B"], x =>
    {
        x.Parameter("W", "h", "n");
        var E1 = (x["W", "on X1"] * x.Input("X1", "n", "B")).Tanh().Named("E1"); // [h×B]
        var E2 = (x["W", "on X2"] * x.Input("X2", "n", "B")).Tanh().Named("E2"); // [h×B]
        var d = ((E1 - E2).Squared().Sum(0, keepDims: true) + ε).Sqrt().Named("d"); // [1×B]
        var S = x.Input("S", ["1", "B"], Holds.Mask());
        return 0.5 * (S.Hadamard(d.Squared()) + (1 - S).Hadamard((1 - d).Relu().Squared()));
    });

    /// <summary>The network, its derivation and its mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "siamese-contrastive",
            "∂d = (S d − (1 − S) max(0, 1 − d)) g, ∂W = D1 X1ᵀ + D2 X2ᵀ",
            Differentiate))
    {
        Kept = new(("n", 2), ("h", 3), ("B", 4)),
        Lines =
        [
            "forward    E1 = tanh W X1, E2 = tanh W X2        [h×B]   one weight for both",
            "           Δ  = E1 − E2                          [h×B]",
            "           d  = √(Σ_i Δ² + ε)                    [1×B]   the distance of each pair",
            "           ℓ  = ½ (S d² + (1 − S) max(0, 1 − d)²) [1×B]",
            "backward   g  = ∂L/∂ℓ                            [1×B]",
            "           ∂d = (S d − (1 − S) max(0, 1 − d)) g  [1×B]   alike: pulled; apart: pushed to the margin",
            "           ∂Δ = Δ ∂d / d                         [h×B]   along the difference",
            "           D1 = ∂Δ ∘ (1 − E1²)                   [h×B]",
            "           D2 = −∂Δ ∘ (1 − E2²)                  [h×B]   E2 is subtracted",
            "           ∂W = D1 X1ᵀ + D2 X2ᵀ                  [h×n]   a term for each use",
            "           ∂X1 = Wᵀ D1, ∂X2 = Wᵀ D2              [n×B]",
        ],
        Mistakes =
        [
            Wrong(
                "first-use-alone", "∂W = D1 X1ᵀ",
                "the contribution of W on X2 is missing", "W",
                p => p.Given(p.dE, -p.dE, twice: false)),
            Wrong(
                "both-branches-alike", "D2 = ∂Δ ∘ (1 − E2²)",
                "∂L/∂E2 has the wrong sign", "∂L/∂E2",
                p => p.Given(p.dE, p.dE)),
            Wrong(
                "margin-pulls", "∂d = (S d + (1 − S) max(0, 1 − d)) g",
                "∂L/∂d…sign|∂L/∂d", "∂L/∂d",
                p => p.Given(p.Along(p.Pull + p.Push), -p.Along(p.Pull + p.Push))),
            Wrong(
                "direction-not-of-length-one", "∂Δ = Δ ∂d",
                "∂L/∂(E1 − E2)|divided by d|is ½ ∂L/∂d, where", "∂L/∂(E1 − E2)|∂L/∂E1",
                p => p.Given(p.Δ.TimesRow(p.Pull - p.Push), -p.Δ.TimesRow(p.Pull - p.Push))),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W, X1, X2, S) = (x["W"], x["X1"], x["X2"], x["S"].Row(0));

        var (E1, E2) = ((W * X1).Map(a => Elementary.Tanh(a)), (W * X2).Map(a => Elementary.Tanh(a))); // [h×B]
        var Δ = E1 - E2;
        var d = (Δ.PointwiseMultiply(Δ).ColumnSums() + ε).Map(Math.Sqrt);       // a number for each pair
        var within = (1 - d).Map(v => Math.Max(v, 0));                          // how far within the margin
        var ℓ = S.PointwiseMultiply(d.Map(Square)) / 2 + (1 - S).PointwiseMultiply(within.Map(Square)) / 2;
        var g = x.OutputGradient(ℓ.ToRowMatrix()).Row(0);

        var dd = (S.PointwiseMultiply(d) - (1 - S).PointwiseMultiply(within)).PointwiseMultiply(g);
        var dΔ = Δ.TimesRow(dd.PointwiseDivide(d));                             // [h×B]
        var D1 = dΔ.PointwiseMultiply(E1.Map(e => 1 - e * e));                  // [h×B]
        var D2 = -dΔ.PointwiseMultiply(E2.Map(e => 1 - e * e));                 // [h×B]
        return new()
        {
            ["W"] = D1 * X1.Transpose() + D2 * X2.Transpose(),                  // [h×n] used twice: two terms
            ["X1"] = W.Transpose() * D1,                                        // [n×B]
            ["X2"] = W.Transpose() * D2,                                        // [n×B]
        };
    }

    private static double Square(double v) => v * v;

    private sealed record Pass(
        MatrixCase<double> x, Matrix<double> E1, Matrix<double> E2, Vector<double> d, Vector<double> Pull,
        Vector<double> Push)
    {
        public Matrix<double> Δ => E1 - E2;

        public Matrix<double> dE => Along(Pull - Push);

        public Matrix<double> Along(Vector<double> dd) => Δ.TimesRow(dd.PointwiseDivide(d));

        public Gradients<double> Given(Matrix<double> dE1, Matrix<double> dE2, bool twice = true)
        {
            var D1 = dE1.PointwiseMultiply(E1.Map(e => 1 - e * e));
            var D2 = dE2.PointwiseMultiply(E2.Map(e => 1 - e * e));
            var first = D1 * x["X1"].Transpose();
            return new()
            {
                ["W"] = twice ? first + D2 * x["X2"].Transpose() : first,
                ["X1"] = x["W"].Transpose() * D1,
                ["X2"] = x["W"].Transpose() * D2,
            };
        }
    }

    private static Trial Wrong(
        string name, string line, string says, string places, Func<Pass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x =>
        {
            var S = x["S"].Row(0);
            var E1 = (x["W"] * x["X1"]).Map(a => Elementary.Tanh(a));
            var E2 = (x["W"] * x["X2"]).Map(a => Elementary.Tanh(a));
            var d = ((E1 - E2).PointwiseMultiply(E1 - E2).ColumnSums() + ε).Map(Math.Sqrt);
            var within = (1 - d).Map(v => Math.Max(v, 0));
            var ℓ = S.PointwiseMultiply(d.Map(Square)) / 2 + (1 - S).PointwiseMultiply(within.Map(Square)) / 2;
            var g = x.OutputGradient(ℓ.ToRowMatrix()).Row(0);
            var (pull, push) = (S.PointwiseMultiply(d), (1 - S).PointwiseMultiply(within));
            return backward(new(x, E1, E2, d, pull.PointwiseMultiply(g), push.PointwiseMultiply(g)));
        });
}

using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// Dropout between two layers, inverted: <c>Ŷ = W2 (M ∘ W1 X / (1 − p))</c>, M a mask that keeps an entry with
/// probability 1 − p, p = ½.
/// </summary>
/// <remarks>
/// N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014).
/// </remarks>
internal static class Dropout
{
    private const double Dropped = 0.5;
    private const double Factor = 1 / (1 - Dropped);

    private static readonly Network s_network = Network.Define("dropout", ["n", "h", "m", "B"], x =>
    {
        var H = (x.Parameter("W1", "h", "n") * x.Input("X", "n", "B")).Named("H");
        var R = (Factor * x.Input("M", ["h", "B"], Holds.Mask(1 - Dropped)).Hadamard(H)).Named("R"); // [h×B]
        return x.Parameter("W2", "m", "h") * R;
    });

    /// <summary>The network, its derivation and its mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "dropout",
            "∂R = W2ᵀ G, ∂H = M ∘ ∂R / (1 − p), ∂W1 = ∂H Xᵀ, ∂W2 = G Rᵀ",
            Differentiate))
    {
        Kept = new(("n", 2), ("h", 5), ("m", 1), ("B", 3)),
        Lines =
        [
            "forward    H  = W1 X               [h×B]",
            "           R  = M ∘ H / (1 − p)    [h×B]   M is 0 or 1, drawn once: the same in both passes",
            "           Ŷ  = W2 R               [m×B]",
            "backward   G  = ∂L/∂Ŷ              [m×B]",
            "           ∂W2 = G Rᵀ              [m×h]   with what remains, not with H",
            "           ∂R = W2ᵀ G              [h×B]",
            "           ∂H = M ∘ ∂R / (1 − p)   [h×B]   mask and factor are there on the way back too",
            "           ∂W1 = ∂H Xᵀ             [h×n]",
            "           ∂X = W1ᵀ ∂H             [n×B]",
        ],
        Mistakes =
        [
            Wrong(
                "keep-probability-forgotten", "∂H = M ∘ ∂R",
                "∂L/∂H is halved|is halved", "∂L/∂H",
                p => (p with { dH = p.M.PointwiseMultiply(p.dR) }).Given()),
            Wrong(
                "mask-forgotten", "∂H = ∂R / (1 − p)",
                "M is missing in ∂L/∂H|the factor M is missing|∂L/∂(M ∘ H) stands in place of ∂L/∂H|is 2 ∂L/∂R, where", "∂L/∂H",
                p => (p with { dH = p.dR * Factor }).Given()),
            Wrong(
                "before-the-mask", "∂W2 = G Hᵀ",
                "H stands in place of R in the gradient of W2", "W2",
                p => p.Given(dW2: p.G * p.H.Transpose())),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W1, W2, X, M) = (x["W1"], x["W2"], x["X"], x["M"]);

        var H = W1 * X;                                                         // [h×B]
        var R = M.PointwiseMultiply(H) / (1 - Dropped);                         // [h×B]
        var G = x.OutputGradient(W2 * R);                                       // [m×B]

        var dR = W2.Transpose() * G;                                            // [h×B]
        var dH = M.PointwiseMultiply(dR) / (1 - Dropped);                       // [h×B]
        return new()
        {
            ["W2"] = G * R.Transpose(),                                         // [m×h]
            ["W1"] = dH * X.Transpose(),                                        // [h×n]
            ["X"] = W1.Transpose() * dH,                                        // [n×B]
        };
    }

    private sealed record Pass(
        Matrix<double> W1, Matrix<double> X, Matrix<double> M, Matrix<double> H, Matrix<double> R, Matrix<double> G,
        Matrix<double> dR, Matrix<double> dH)
    {
        public Gradients<double> Given(Matrix<double>? dW2 = null) =>
            new() { ["W2"] = dW2 ?? G * R.Transpose(), ["W1"] = dH * X.Transpose(), ["X"] = W1.Transpose() * dH };
    }

    private static Trial Wrong(
        string name, string line, string says, string places, Func<Pass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x =>
        {
            var (W1, W2, X, M) = (x["W1"], x["W2"], x["X"], x["M"]);
            var H = W1 * X;
            var R = M.PointwiseMultiply(H) * Factor;
            var G = x.OutputGradient(W2 * R);
            var dR = W2.Transpose() * G;
            return backward(new(W1, X, M, H, R, G, dR, M.PointwiseMultiply(dR) * Factor));
        });
}

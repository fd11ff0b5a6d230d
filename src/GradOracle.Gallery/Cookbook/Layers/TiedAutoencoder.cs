using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>The linear autoencoder with tied weights: <c>Ŷ = Wᵀ W X</c>, which is to give back X.</summary>
/// <remarks>Its input is its target and no parameter: the gradient is with respect to W, which is used twice.</remarks>
internal static class TiedAutoencoder
{
    private static readonly Network s_network = Network.Define("tied-autoencoder", ["n", "h", "B"], x =>
    {
        x.Parameter("W", "h", "n");
        var H = (x["W", "in the encoder"] * x.Input("X", "n", "B")).Named("H"); // [h×B]
        return x["W", "in the decoder"].Transposed() * H;                       // [n×B]
    }, targetInput: "X").Differentiates("W");

    /// <summary>The network, its derivation and its mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(s_network, "tied-autoencoder", "∂W = W G Xᵀ + H Gᵀ: used twice, two terms", Differentiate))
    {
        Kept = new(("n", 4), ("h", 2), ("B", 3)),
        Lines =
        [
            "forward    H  = W X                [h×B]   W encodes …",
            "           Ŷ  = Wᵀ H               [n×B]   … and decodes; the target is X",
            "backward   G  = ∂L/∂Ŷ              [n×B]",
            "           ∂H = W G                [h×B]   the transpose of Wᵀ is W",
            "           ∂W = ∂H Xᵀ + H Gᵀ       [h×n]   in the encoder, and in the decoder: (G Hᵀ)ᵀ",
        ],
        Mistakes =
        [
            Wrong(
                "encoder-alone", "∂W = ∂H Xᵀ",
                "the contribution of W in the decoder is missing", "W",
                p => p.Encoder),
            Wrong(
                "decoder-alone", "∂W = H Gᵀ",
                "the contribution of W in the encoder is missing|∂L/∂H is missing", "W",
                p => p.Decoder),
            Wrong(
                "input-for-the-gradient", "∂W = ∂H Xᵀ + H Xᵀ",
                "X stands in place of ∂L/∂Ŷ in the contribution of W in the decoder|in the decoder", "W",
                p => p.Encoder + p.H * p.X.Transpose()),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W, X) = (x["W"], x["X"]);

        var H = W * X;                                                          // [h×B]
        var G = x.OutputGradient(W.Transpose() * H);                            // [n×B]

        var dH = W * G;                                                         // [h×B]
        return new()
        {
            ["W"] = dH * X.Transpose() + H * G.Transpose(),                     // [h×n] used twice: two terms
        };
    }

    private sealed record Pass(Matrix<double> X, Matrix<double> H, Matrix<double> Encoder, Matrix<double> Decoder);

    private static Trial Wrong(string name, string line, string says, string places, Func<Pass, Matrix<double>> dW) =>
        WrongLine.Of(s_network, name, line, says, places, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var H = W * X;
            var G = x.OutputGradient(W.Transpose() * H);
            return new() { ["W"] = dW(new(X, H, W * G * X.Transpose(), H * G.Transpose())) };
        });
}

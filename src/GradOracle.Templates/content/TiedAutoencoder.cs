using GradOracle;

namespace GradientTests;

/// <summary>An autoencoder whose decoder is the transpose of its encoder: one weight matrix, used twice.</summary>
public static class TiedAutoencoder
{
    /// <summary>The forward pass, stated once: Ŷ = Wᵀ H with H = W X. Columns are examples.</summary>
    public static Network Network { get; } = Network.Define("tied", ["n", "h", "B"], x =>
    {
        var X = x.Input("X", "n", "B");
        var W = x.Parameter("W", "h", "n");
        var H = (W * X).Named("H");
        return W.Transposed() * H;
    });
}

/// <summary>Its backward pass by hand. Change a sign, drop a term, and run the tests.</summary>
public sealed class TiedAutoencoderBackprop() : MatrixDerivation(TiedAutoencoder.Network)
{
    /// <inheritdoc/>
    public override string Name => "tied";

    /// <inheritdoc/>
    public override string Summary => "D = W G, ∂W = H Gᵀ + D Xᵀ, ∂X = Wᵀ D: a term for each use of W";

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var (W, X) = (x["W"], x["X"]);

        var H = W * X;                                                       // [h×B]
        var G = x.OutputGradient(W.TransposeThisAndMultiply(H));             // [n×B] ∂L/∂Ŷ
        var D = W * G;                                                       // [h×B] ∂L/∂H

        return new()
        {
            ["W"] = H.TransposeAndMultiply(G) + D.TransposeAndMultiply(X),   // [h×n] used twice: two terms
            ["X"] = W.TransposeThisAndMultiply(D),                           // [n×B]
        };
    }
}

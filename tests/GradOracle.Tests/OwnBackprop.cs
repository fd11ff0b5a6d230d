namespace GradOracle.Tests;

/// <summary>
/// The backward pass of the shared-weight network once more, for what tests our own machinery: where a line of the one
/// that ships is broken, only what tests that one fails.
/// </summary>
internal sealed class OwnBackprop() : MatrixDerivation(Samples.SharedWeight)
{
    public override string Name => "shared-weight";

    public override string Summary => "D2 = Wyᵀ G, D1 = Whᵀ D2, ∂Wx = D1 X1ᵀ + D2 X2ᵀ";

    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);

        var H1 = Wx * X1;                         // [h×B]
        var H2 = Wh * H1 + Wx * X2;               // [h×B]
        var G = x.OutputGradient(Wy * H2);        // [m×B]
        var D2 = Wy.TransposeThisAndMultiply(G);  // [h×B]
        var D1 = Wh.TransposeThisAndMultiply(D2); // [h×B]

        return new()
        {
            ["Wx"] = D1.TransposeAndMultiply(X1) + D2.TransposeAndMultiply(X2), // [h×n]
            ["Wh"] = D2.TransposeAndMultiply(H1),                               // [h×h]
            ["Wy"] = G.TransposeAndMultiply(H2),                                // [m×h]
            ["X1"] = Wx.TransposeThisAndMultiply(D1),                           // [n×B]
            ["X2"] = Wx.TransposeThisAndMultiply(D2),                           // [n×B]
        };
    }
}

namespace GradOracle.Gallery;

/// <summary>The backward pass of the shared-weight network with biases: bh is used twice, as Wx is.</summary>
internal sealed class SharedWeightBiasBackprop() : MatrixDerivation(new TwoInputNetwork(bias: true))
{
    /// <inheritdoc/>
    public override string Name => "shared-weight-bias";

    /// <inheritdoc/>
    public override string Summary => "∂Wx = D1 X1ᵀ + D2 X2ᵀ, ∂bh = (D1 + D2) 1, ∂by = G 1";

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (Wx, Wh, Wy, X1, X2, bh) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"], x["bh"]);

        var H1 = (Wx * X1).AddBias(bh);                         // [h×B]
        var H2 = (Wh * H1 + Wx * X2).AddBias(bh);               // [h×B]
        var G = x.OutputGradient((Wy * H2).AddBias(x["by"]));   // [m×B]

        var D2 = Wy.TransposeThisAndMultiply(G);                   // [h×B]
        var D1 = Wh.TransposeThisAndMultiply(D2);                  // [h×B]

        return new()
        {
            ["Wx"] = D1.TransposeAndMultiply(X1) + D2.TransposeAndMultiply(X2), // [h×n] used twice: two terms
            ["Wh"] = D2.TransposeAndMultiply(H1),                               // [h×h]
            ["Wy"] = G.TransposeAndMultiply(H2),                                // [m×h]
            ["bh"] = (D1 + D2).SumOfColumns(),                                  // [h×1] used twice: two terms
            ["by"] = G.SumOfColumns(),                                          // [m×1]
            ["X1"] = Wx.TransposeThisAndMultiply(D1),                           // [n×B]
            ["X2"] = Wx.TransposeThisAndMultiply(D2),                           // [n×B]
        };
    }
}

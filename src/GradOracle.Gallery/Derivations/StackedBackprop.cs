namespace GradOracle.Gallery;

/// <summary>The backward pass of the stacked network: Wx is used once, on both inputs.</summary>
internal sealed class StackedBackprop(StackedNetwork network) : MatrixDerivation(network)
{
    /// <inheritdoc/>
    public override string Name => network.Name;

    /// <inheritdoc/>
    public override string Summary => "D2 = Wyᵀ G, D1 = Whᵀ D2, ∂Wx = D1 [X1|X2]ᵀ, [∂X1|∂X2] = Wxᵀ D1";

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (Wx, Wh, Wy, X, B) = (x["Wx"], x["Wh"], x["Wy"], x["X1"].Append(x["X2"]), x.Shape["B"]);

        var H1 = network.HasBias ? (Wx * X).AddBias(x["bh"]) : Wx * X;                    // [h×2B]
        var H2 = network.HasBias ? (Wh * H1).AddBias(x["bh"]) : Wh * H1;                  // [h×2B]
        var G = x.OutputGradient(network.HasBias ? (Wy * H2).AddBias(x["by"]) : Wy * H2); // [m×2B]

        var D2 = Wy.TransposeThisAndMultiply(G);        // [h×2B]
        var D1 = Wh.TransposeThisAndMultiply(D2);       // [h×2B]
        var dX = Wx.TransposeThisAndMultiply(D1);       // [n×2B]

        var gradients = new Gradients<T>
        {
            ["Wx"] = D1.TransposeAndMultiply(X),        // [h×n]
            ["Wh"] = D2.TransposeAndMultiply(H1),       // [h×h]
            ["Wy"] = G.TransposeAndMultiply(H2),        // [m×h]
            ["X1"] = dX.SubMatrix(0, dX.RowCount, 0, B),
            ["X2"] = dX.SubMatrix(0, dX.RowCount, B, B),
        };
        if (network.HasBias)
        {
            gradients["bh"] = (D1 + D2).SumOfColumns(); // [h×1] used twice: two terms
            gradients["by"] = G.SumOfColumns();         // [m×1]
        }

        return gradients;
    }
}

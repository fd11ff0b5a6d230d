namespace GradOracle.Gallery;

/// <summary>The backward pass of the untied network: each weight is used once and has one term.</summary>
internal sealed class UntiedBackprop(TwoInputNetwork network) : MatrixDerivation(network)
{
    /// <inheritdoc/>
    public override string Name => network.Name;

    /// <inheritdoc/>
    public override string Summary => "D2 = Wyᵀ G, D1 = Whᵀ D2, ∂Wx1 = D1 X1ᵀ, ∂Wx2 = D2 X2ᵀ";

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (Wx1, Wx2, Wh, Wy, X1, X2) = (x["Wx1"], x["Wx2"], x["Wh"], x["Wy"], x["X1"], x["X2"]);

        var H1 = network.HasBias ? (Wx1 * X1).AddBias(x["bh"]) : Wx1 * X1;                         // [h×B]
        var H2 = network.HasBias ? (Wh * H1 + Wx2 * X2).AddBias(x["bh"]) : Wh * H1 + Wx2 * X2;     // [h×B]
        var G = x.OutputGradient(network.HasBias ? (Wy * H2).AddBias(x["by"]) : Wy * H2);          // [m×B]

        var D2 = Wy.TransposeThisAndMultiply(G);        // [h×B]
        var D1 = Wh.TransposeThisAndMultiply(D2);       // [h×B]

        var gradients = new Gradients<T>
        {
            ["Wx1"] = D1.TransposeAndMultiply(X1),      // [h×n]
            ["Wx2"] = D2.TransposeAndMultiply(X2),      // [h×n]
            ["Wh"] = D2.TransposeAndMultiply(H1),       // [h×h]
            ["Wy"] = G.TransposeAndMultiply(H2),        // [m×h]
            ["X1"] = Wx1.TransposeThisAndMultiply(D1),  // [n×B]
            ["X2"] = Wx2.TransposeThisAndMultiply(D2),  // [n×B]
        };
        if (network.HasBias)
        {
            gradients["bh"] = (D1 + D2).SumOfColumns(); // [h×1] used twice: two terms
            gradients["by"] = G.SumOfColumns();         // [m×1]
        }

        return gradients;
    }
}

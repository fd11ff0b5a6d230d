using GradOracle.Networks;

namespace GradOracle.Derivations;

/// <summary>Wrong on purpose: the gradient of Wx without the contribution through X1, to see what a failure looks like.</summary>
public sealed class MissingX1Contribution() : MatrixDerivation(new SharedWeightNetwork())
{
    /// <inheritdoc/>
    public override string Name => "missing-x1-contribution";

    /// <inheritdoc/>
    public override string Summary => "wrong on purpose: ∂Wx = D2 X2ᵀ, the use of Wx on X1 forgotten";

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);

        var H1 = Wx * X1;
        var H2 = Wh * H1 + Wx * X2;
        var G = x.OutputGradient(Wy * H2);

        var D2 = Wy.TransposeThisAndMultiply(G);
        var D1 = Wh.TransposeThisAndMultiply(D2);

        return new()
        {
            ["Wx"] = D2.TransposeAndMultiply(X2), // D1 X1ᵀ is missing
            ["Wh"] = D2.TransposeAndMultiply(H1),
            ["Wy"] = G.TransposeAndMultiply(H2),
            ["X1"] = Wx.TransposeThisAndMultiply(D1),
            ["X2"] = Wx.TransposeThisAndMultiply(D2),
        };
    }
}

using System.Numerics;

namespace GradOracle.Gallery;

/// <summary>A derivation of the shared-weight network, written in one way or another.</summary>
/// <param name="network">The network.</param>
/// <param name="way">The way.</param>
internal sealed class Written(Network network, string way) : MatrixDerivation(network)
{
    public const string CommonFactor = "D1 (X1 + X2)ᵀ + (D2 − D1) X2ᵀ";
    public const string WeightsFirst = "(Whᵀ Wyᵀ) G";
    public const string ThousandAddedAndSubtracted = "(D2 + 1000) − 1000";
    public const string DividedAndMultiplied = "(G / B) … × B";

    public Written(string way)
        : this(new TwoInputNetwork(), way)
    {
    }

    public override string Name => way;

    public override string Summary => way;

    public string? Detour { get; init; }

    public override string? Detours(Loss loss, Shape shape) => BitOperations.IsPow2(shape["B"]) ? null : Detour;

    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);
        var H1 = Wx * X1;
        var H2 = Wh * H1 + Wx * X2;
        var G = x.OutputGradient(Wy * H2);
        var (thousand, B) = (T.CreateChecked(1000), T.CreateChecked(x.Shape["B"]));
        var D2 = Wy.TransposeThisAndMultiply(G);
        D2 = way switch
        {
            ThousandAddedAndSubtracted => D2.Map(d => d + thousand - thousand),
            DividedAndMultiplied => D2.Map(d => d / B),
            _ => D2,
        };
        var D1 = way == WeightsFirst ? Wh.Transpose() * Wy.Transpose() * G : Wh.TransposeThisAndMultiply(D2);
        var all = way == DividedAndMultiplied ? B : T.One;
        return new()
        {
            ["Wx"] = (
                way == CommonFactor
                    ? D1.TransposeAndMultiply(X1 + X2) + (D2 - D1).TransposeAndMultiply(X2)
                    : D1.TransposeAndMultiply(X1) + D2.TransposeAndMultiply(X2)) * all,
            ["Wh"] = D2.TransposeAndMultiply(H1) * all,
            ["Wy"] = G.TransposeAndMultiply(H2),
            ["X1"] = Wx.TransposeThisAndMultiply(D1) * all,
            ["X2"] = Wx.TransposeThisAndMultiply(D2) * all,
        };
    }
}

namespace GradOracle.Tests;

/// <summary>The derivation, each of its lines open to one mistake.</summary>
internal sealed class WrongOnPurpose(string mistake) : MatrixDerivation(Samples.SharedWeight)
{
    public override string Name => mistake;

    public override string Summary => "wrong on purpose";

    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);
        var H1 = Wx * X1;
        var H2 = Wh * H1 + Wx * X2;
        var G = x.OutputGradient(Wy * H2);
        var D2 = mistake == "factor"
            ? Wy.TransposeThisAndMultiply(G) * T.CreateChecked(2)
            : Wy.TransposeThisAndMultiply(G);
        var D1 = mistake == "untransposed Wh" ? Wh * D2 : Wh.TransposeThisAndMultiply(D2);
        var gradients = new Gradients<T>
        {
            ["Wx"] = mistake switch
            {
                "X1 term dropped" => D2.TransposeAndMultiply(X2),
                "X2 term dropped" => D1.TransposeAndMultiply(X1),
                "sign" => D1.TransposeAndMultiply(X1) - D2.TransposeAndMultiply(X2),
                "inputs swapped" => D1.TransposeAndMultiply(X2) + D2.TransposeAndMultiply(X1),
                _ => D1.TransposeAndMultiply(X1) + D2.TransposeAndMultiply(X2),
            },
            ["Wy"] = mistake == "Wy transposed" ? H2.TransposeAndMultiply(G) : G.TransposeAndMultiply(H2),
            ["X1"] = mistake == "untransposed Wx" ? Wx * D1 : Wx.TransposeThisAndMultiply(D1),
            ["X2"] = Wx.TransposeThisAndMultiply(D2),
        };
        if (mistake != "Wh missing")
        {
            gradients["Wh"] = D2.TransposeAndMultiply(mistake == "stale activation" ? H2 : H1);
        }

        return gradients;
    }
}

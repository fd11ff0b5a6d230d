using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>After which line of the backward pass of the shared-weight network a mistake is made.</summary>
internal enum Line
{
    /// <summary>H1, H2 and Ŷ are known.</summary>
    Forward,

    /// <summary>G = ∂L/∂Ŷ is known.</summary>
    G,

    /// <summary>D2 = Wyᵀ G is known.</summary>
    D2,

    /// <summary>D1 = Whᵀ D2 is known.</summary>
    D1,

    /// <summary>All gradients are known.</summary>
    Gradients,
}

/// <summary>The backward pass of the shared-weight network, line by line, each open to a mistake: the names are those
/// of the derivation.</summary>
internal sealed class MutableBackward
{
    public MutableBackward(MatrixCase<double> x, Line line, Action<MutableBackward> mistake)
    {
        (n, h, m, B) = (x.Shape["n"], x.Shape["h"], x.Shape["m"], x.Shape["B"]);
        (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);
        Target = x.Target;

        H1 = Wx * X1;
        H2 = Wh * H1 + Wx * X2;
        Y = Wy * H2;
        After(Line.Forward);
        G = x.OutputGradient(Y);
        After(Line.G);
        D2 = Wy.TransposeThisAndMultiply(G);
        After(Line.D2);
        D1 = Wh.TransposeThisAndMultiply(D2);
        After(Line.D1);
        dWx = D1.TransposeAndMultiply(X1) + D2.TransposeAndMultiply(X2);
        dWh = D2.TransposeAndMultiply(H1);
        dWy = G.TransposeAndMultiply(H2);
        dX1 = Wx.TransposeThisAndMultiply(D1);
        dX2 = Wx.TransposeThisAndMultiply(D2);
        After(Line.Gradients);

        void After(Line now)
        {
            if (now == line)
            {
                mistake(this);
            }
        }
    }

    public int n { get; }

    public int h { get; }

    public int m { get; }

    public int B { get; }

    public Matrix<double> Wx { get; set; }

    public Matrix<double> Wh { get; set; }

    public Matrix<double> Wy { get; set; }

    public Matrix<double> X1 { get; set; }

    public Matrix<double> X2 { get; set; }

    public Matrix<double> Target { get; }

    public Matrix<double> H1 { get; set; }

    public Matrix<double> H2 { get; set; }

    public Matrix<double> Y { get; set; }

    public Matrix<double> G { get; set; } = null!;

    public Matrix<double> D2 { get; set; } = null!;

    public Matrix<double> D1 { get; set; } = null!;

    public Matrix<double> dWx { get; set; } = null!;

    public Matrix<double> dWh { get; set; } = null!;

    public Matrix<double> dWy { get; set; } = null!;

    public Matrix<double> dX1 { get; set; } = null!;

    public Matrix<double> dX2 { get; set; } = null!;
}

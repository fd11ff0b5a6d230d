using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Backpropagation through time with one product for all steps: [D1 … DT] [x1 … xT]ᵀ.</summary>
internal sealed class OneProductForAllSteps() : MatrixDerivation(Catalog.Networks.Find("elman-tanh"))
{
    public override string Name => "one-product";

    public override string Summary => "∂Wx = [D1 … DT] [x1 … xT]ᵀ";

    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var (Wx, Wh, Wy, steps) = (x["Wx"], x["Wh"], x["Wy"], x.Shape["T"]);
        var X = Enumerable.Range(1, steps).Select(t => x[$"X{t}"]).ToArray();
        var h = new Matrix<T>[steps];
        for (var t = 0; t < steps; t++)
        {
            h[t] = (t == 0 ? Wx * X[0] : Wh * h[t - 1] + Wx * X[t]).Map(Elementary.Tanh, Zeros.Include);
        }

        var G = x.OutputGradient(Wy * h[^1]);
        var D = new Matrix<T>[steps];
        for (var t = steps - 1; t >= 0; t--)
        {
            D[t] = (t == steps - 1 ? Wy.TransposeThisAndMultiply(G) : Wh.TransposeThisAndMultiply(D[t + 1]))
                .PointwiseMultiply(h[t].Map(v => T.One - v * v, Zeros.Include));
        }

        static Matrix<T> Beside(IEnumerable<Matrix<T>> parts) => parts.Aggregate((left, right) => left.Append(right));
        var gradients = new Gradients<T>
        {
            ["Wx"] = Beside(D).TransposeAndMultiply(Beside(X)),
            ["Wh"] = steps == 1 ? Wh * T.Zero : Beside(D.Skip(1)).TransposeAndMultiply(Beside(h.SkipLast(1))),
            ["Wy"] = G.TransposeAndMultiply(h[^1]),
        };
        for (var t = 0; t < steps; t++)
        {
            gradients[$"X{t + 1}"] = Wx.TransposeThisAndMultiply(D[t]);
        }

        return gradients;
    }
}

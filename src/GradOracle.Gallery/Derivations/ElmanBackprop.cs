using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Backpropagation through time for the Elman network: one term for each step at which a weight is
/// used.</summary>
/// <remarks><c>D_t = (Wyᵀ G_t + Whᵀ D_{t+1}) ∘ φ′(a_t)</c>, where G_t is there at the steps that have an
/// output.</remarks>
internal sealed class ElmanBackprop(ElmanNetwork network) : MatrixDerivation(network)
{
    /// <inheritdoc/>
    public override string Name => network.Name;

    /// <inheritdoc/>
    public override string Summary => "D_t = (Wyᵀ G_t + Whᵀ D_(t+1)) ∘ φ′(a_t), ∂Wx = Σ D_t x_tᵀ, ∂Wh = Σ D_t h_(t−1)ᵀ";

    /// <inheritdoc/>
    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (Wx, Wh, Wy, steps, B) = (x["Wx"], x["Wh"], x["Wy"], x.Shape["T"], x.Shape["B"]);
        var X = ElmanNetwork.Steps(x.Shape).Select(t => x[$"X{t}"]).Prepend(null!).ToArray();
        var (a, h) = (new Matrix<T>[steps + 1], new Matrix<T>[steps + 1]);
        for (var t = 1; t <= steps; t++)
        {
            a[t] = t == 1 ? Wx * X[1] : Wh * h[t - 1] + Wx * X[t];   // [h×B]
            a[t] = network.HasBias ? a[t].AddBias(x["bh"]) : a[t];
            h[t] = network.Activation.Of(a[t], x);
        }

        var first = network.HasOutputAtEveryStep ? 1 : steps;        // the first step with an output
        var outputs = Enumerable.Range(first, steps - first + 1).Select(
            t => network.HasBias ? (Wy * h[t]).AddBias(x["by"]) : Wy * h[t]);
        var G = x.OutputGradient(outputs.Aggregate((left, right) => left.Append(right))); // [m×B], beside each other

        var gradients = new Gradients<T> { ["Wx"] = Wx * T.Zero, ["Wh"] = Wh * T.Zero, ["Wy"] = Wy * T.Zero };
        Matrix<T>? later = null;                                     // Whᵀ D_{t+1}
        Matrix<T>? sumOfD = null;
        for (var t = steps; t >= 1; t--)
        {
            var D = later;
            if (t >= first)
            {
                var Gt = G.SubMatrix(0, G.RowCount, (t - first) * B, B);
                gradients["Wy"] += Gt.TransposeAndMultiply(h[t]);
                D = D is null ? Wy.TransposeThisAndMultiply(Gt) : D + Wy.TransposeThisAndMultiply(Gt);
            }

            // ∂L/∂a_t [h×B]
            D = network.Activation.Name.Length == 0
                ? D!
                : D!.PointwiseMultiply(network.Activation.Derivative(a[t], h[t], x));
            gradients["Wx"] += D.TransposeAndMultiply(X[t]);         // Wx is used at every step: a term each
            gradients[$"X{t}"] = Wx.TransposeThisAndMultiply(D);
            if (t > 1)
            {
                gradients["Wh"] += D.TransposeAndMultiply(h[t - 1]); // h_0 = 0: no term at t = 1
            }

            sumOfD = sumOfD is null ? D : sumOfD + D;
            later = Wh.TransposeThisAndMultiply(D);
        }

        if (network.HasBias)
        {
            gradients["bh"] = sumOfD!.SumOfColumns();
            gradients["by"] = G.SumOfColumns();
        }

        return gradients;
    }
}

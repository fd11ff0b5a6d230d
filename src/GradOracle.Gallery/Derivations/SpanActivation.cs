using GradOracle.Numerics;

namespace GradOracle.Gallery;

/// <summary>The activations φ and their slopes over the entries of one case, written by hand for speed.</summary>
internal static class SpanActivation
{
    /// <summary>h = φ(a).</summary>
    /// <param name="activation">φ; the identity needs no call.</param>
    /// <param name="c">The constants of the case: c1 and c2, where φ has them.</param>
    /// <param name="a">The arguments.</param>
    /// <param name="h">Receives φ(a).</param>
    public static void Apply(Activation activation, (double C1, double C2) c, ReadOnlySpan<double> a, Span<double> h)
    {
        switch (activation.Name)
        {
            case "relu":
                for (var j = 0; j < a.Length; j++)
                {
                    h[j] = a[j] <= 0 ? 0 : a[j];
                }

                break;
            case "quadratic":
                for (var j = 0; j < a.Length; j++)
                {
                    h[j] = a[j] * c.C1 + a[j] * a[j] * c.C2;
                }

                break;
            case "tanh":
                for (var j = 0; j < a.Length; j++)
                {
                    h[j] = Elementary.Tanh(a[j]);
                }

                break;
            case "sigmoid":
                for (var j = 0; j < a.Length; j++)
                {
                    h[j] = Elementary.Sigmoid(a[j]);
                }

                break;
            default:
                throw Unknown(activation);
        }
    }

    /// <summary>D = D ∘ φ′(a).</summary>
    /// <param name="activation">φ; the identity needs no call.</param>
    /// <param name="c">The constants of the case: c1 and c2, where φ has them.</param>
    /// <param name="a">The arguments.</param>
    /// <param name="h">φ(a).</param>
    /// <param name="D">What is multiplied.</param>
    public static void TimesSlope(
        Activation activation, (double C1, double C2) c, ReadOnlySpan<double> a, ReadOnlySpan<double> h, Span<double> D)
    {
        switch (activation.Name)
        {
            case "relu":
                for (var j = 0; j < D.Length; j++)
                {
                    D[j] *= a[j] <= 0 ? 0 : 1;
                }

                break;
            case "quadratic":
                for (var j = 0; j < D.Length; j++)
                {
                    D[j] *= c.C1 + 2 * c.C2 * a[j];
                }

                break;
            case "tanh":
                for (var j = 0; j < D.Length; j++)
                {
                    D[j] *= 1 - h[j] * h[j];
                }

                break;
            case "sigmoid":
                for (var j = 0; j < D.Length; j++)
                {
                    D[j] *= h[j] * (1 - h[j]);
                }

                break;
            default:
                throw Unknown(activation);
        }
    }

    private static NotSupportedException Unknown(Activation activation) =>
        new($"The derivation in spans does not know the activation {activation.Name}.");
}

using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery.Sequences;

/// <summary>The feed-forward part of a transformer, GELU in its tanh form: rows are examples.</summary>
internal static class GeluLayer
{
    private const double RootTwoOverPi = 0.79788456080286535588;
    private const double Cubic = 0.044715;

    private static readonly Network s_network = Network.Define(
        "gelu-feed-forward",
        ["B", "n", "h", "m"],
        x =>
        {
            var A = (x.Input("X", "B", "n") * x.Parameter("W1", "n", "h") + x.Parameter("b1", "1", "h")).Named("A");
            return A.GeluTanh().Named("H") * x.Parameter("W2", "h", "m") + x.Parameter("b2", "1", "m");
        },
        rowsAreExamples: true);

    private enum Slip
    {
        None,
        Sigmoid,
        Inner,
        FirstTerm,
        MeanOfBias,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network,
            "gelu-feed-forward",
            "∂A = (G W2ᵀ) ∘ (½ (1 + t) + ½ A (1 − t²) u′), t = tanh u",
            x => Differentiate(x)))
    {
        Others =
        [
            ByHand.Matrices(
                s_network, "gelu-feed-forward-sigmoid", "gelu = a σ(2u): ∂A = (G W2ᵀ) ∘ (σ + 2 A u′ σ (1 − σ))", x =>
                    Differentiate(x, Slip.Sigmoid)),
        ],
        Mistakes =
        [
            Wrong(
                "gelu-inner",
                Slip.Inner,
                "gelu′ = ½ (1 + t) + ½ a (1 − t²)",
                "the slope of gelu in ∂L/∂A|∂L/∂A is",
                "∂L/∂A|W1|b1|X"),
            Wrong(
                "gelu-first-term",
                Slip.FirstTerm,
                "gelu′ = ½ (1 + t)",
                "∂L/∂tanh(… is missing|∂L/∂(A + … is missing",
                "∂L/∂A|W1|b1|X"),
            Wrong("gelu-bias-mean", Slip.MeanOfBias, "∂b2 = Σ_b G/B", "the gradient of b2 is multiplied by 1/B", "b2"),
        ],
        Kept = new(("B", 3), ("n", 2), ("h", 4), ("m", 1)),
        Lines =
        [
            "forward    A = X W1 + b1                             [B×h]",
            "           u = √(2/π) (A + 0.044715 A³),  t = tanh u [B×h]",
            "           H = ½ A (1 + t)                           [B×h]   gelu in its tanh form",
            "           Y = H W2 + b2                             [B×m]",
            "backward   G = ∂L/∂Y                                 [B×m]",
            "           ∂W2 = Hᵀ G,  ∂b2 = Σ_b G                  [h×m], [1×m]",
            "           u′ = √(2/π) (1 + 3 · 0.044715 A²)         [B×h]",
            "           ∂A = (G W2ᵀ) ∘ (½ (1 + t) + ½ A (1 − t²) u′) [B×h]   A stands in gelu twice",
            "           ∂W1 = Xᵀ ∂A,  ∂b1 = Σ_b ∂A                [n×h], [1×h]",
            "           ∂X = ∂A W1ᵀ                               [B×n]",
        ],
    };

    /// <summary>gelu(a).</summary>
    internal static double Gelu(double a) => 0.5 * a * (1 + Elementary.Tanh(Inner(a)));

    /// <summary>gelu′(a).</summary>
    internal static double Slope(double a)
    {
        var t = Elementary.Tanh(Inner(a));
        return 0.5 * (1 + t) + 0.5 * a * (1 - t * t) * SlopeOfInner(a);
    }

    private static double Inner(double a) => RootTwoOverPi * (a + Cubic * a * a * a);

    private static double SlopeOfInner(double a) => RootTwoOverPi * (1 + 3 * Cubic * a * a);

    private static Gradients<double> Differentiate(MatrixCase<double> x, Slip slip = Slip.None)
    {
        var (X, W1, W2) = (x["X"], x["W1"], x["W2"]);
        var A = (X * W1).AddRow(x["b1"]);                                              // [B×h]
        var H = A.Map(Gelu, Zeros.Include);
        var G = x.OutputGradient((H * W2).AddRow(x["b2"]));                            // [B×m]

        var dA = G.TransposeAndMultiply(W2).PointwiseMultiply(A.Map(SlopeOf(slip), Zeros.Include)); // [B×h]
        return new()
        {
            ["W1"] = X.TransposeThisAndMultiply(dA),
            ["b1"] = dA.SumOfRows(),
            ["W2"] = H.TransposeThisAndMultiply(G),
            ["b2"] = slip == Slip.MeanOfBias ? G.SumOfRows() / G.RowCount : G.SumOfRows(),
            ["X"] = dA.TransposeAndMultiply(W1),
        };
    }

    // The same slope from the logistic function, and the two that leave something out.
    private static Func<double, double> SlopeOf(Slip slip) => slip switch
    {
        Slip.Sigmoid => a => Elementary.Sigmoid(2 * Inner(a)) is var s ? s + 2 * a * SlopeOfInner(a) * s * (1 - s) : 0,
        Slip.Inner => a => Elementary.Tanh(Inner(a)) is var t ? 0.5 * (1 + t) + 0.5 * a * (1 - t * t) : 0,
        Slip.FirstTerm => a => 0.5 * (1 + Elementary.Tanh(Inner(a))),
        _ => Slope,
    };

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Matrices(
            s_network, name, $"wrong on purpose: {line}", x => Differentiate(x, slip)), line, says, places);
}

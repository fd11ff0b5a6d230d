using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// The multilayer perceptron with one hidden layer, columns as examples: <c>Ŷ = W2 tanh(W1 X + b1) + b2</c>.
/// </summary>
/// <remarks>
/// D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors", Nature
/// 323 (1986).
/// </remarks>
internal static class PerceptronTanh
{
    private static readonly Network s_network = Network.Define("perceptron-tanh", ["n", "h", "m", "B"], x =>
    {
        var A = (x.Parameter("W1", "h", "n") * x.Input("X", "n", "B")).AddBias(x.Parameter("b1", "h", "1")).Named("A");
        var H = A.Tanh().Named("H");                                            // [h×B]
        return (x.Parameter("W2", "m", "h") * H).AddBias(x.Parameter("b2", "m", "1"));
    });

    /// <summary>The network, its derivation and its mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "perceptron-tanh",
            "D = W2ᵀ G ∘ (1 − H²), ∂W1 = D Xᵀ, ∂b1 = Σ_b D, ∂X = W1ᵀ D",
            Differentiate))
    {
        Kept = new(("n", 2), ("h", 3), ("m", 1), ("B", 4)),
        Lines =
        [
            "forward    A  = W1 X + b1          [h×B]   b1 is added to every example",
            "           H  = tanh A             [h×B]",
            "           Ŷ  = W2 H + b2          [m×B]",
            "backward   G  = ∂L/∂Ŷ              [m×B]",
            "           ∂W2 = G Hᵀ              [m×h]",
            "           ∂b2 = Σ_b G             [m×1]   used once for every example: summed over them",
            "           D  = W2ᵀ G ∘ (1 − H²)   [h×B]   ∂L/∂A, the slope of tanh in terms of its value",
            "           ∂W1 = D Xᵀ              [h×n]",
            "           ∂b1 = Σ_b D             [h×1]",
            "           ∂X = W1ᵀ D              [n×B]",
        ],
        Mistakes =
        [
            Wrong(
                "slope-of-the-logistic", "D = W2ᵀ G ∘ H ∘ (1 − H)",
                "φ′…in ∂L/∂A|another slope|∘ (H ∘ (1 − H)), where", "∂L/∂A",
                (x, p) => Given(x, p, p.Back.PointwiseMultiply(p.H.Map(h => h * (1 - h))))),
            Wrong(
                "slope-forgotten", "D = W2ᵀ G",
                "φ′ is missing in ∂L/∂A|tanh′ is missing|∂L/∂H stands in place of ∂L/∂A|is ∂L/∂H, where", "∂L/∂A",
                (x, p) => Given(x, p, p.Back)),
            Wrong(
                "slope-at-the-value", "D = W2ᵀ G ∘ (1 − tanh² H)",
                "φ′ is taken at H in place of A|taken at H|tanh(H) ∘ tanh(H)), where", "∂L/∂A",
                (x, p) => Given(x, p, p.Back.PointwiseMultiply(p.H.Map(h => Elementary.Tanh(h)).Map(t => 1 - t * t)))),
            Wrong(
                "bias-of-the-last-example", "∂b1 = D of the last example",
                "only the last example counts in the gradient of b1", "b1",
                (x, p) =>
            {
                var gradients = Given(x, p, p.D);
                gradients["b1"] = p.D.Column(p.D.ColumnCount - 1).ToColumnMatrix();
                return gradients;
            }),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W1, b1, W2, b2, X) = (x["W1"], x["b1"], x["W2"], x["b2"], x["X"]);

        var H = (W1 * X).AddBias(b1).Map(a => Elementary.Tanh(a));              // [h×B]
        var G = x.OutputGradient((W2 * H).AddBias(b2));                         // [m×B]

        var D = (W2.Transpose() * G).PointwiseMultiply(H.Map(h => 1 - h * h));  // [h×B]
        return new()
        {
            ["W2"] = G * H.Transpose(),                                         // [m×h]
            ["b2"] = G.SumOfColumns(),                                          // [m×1]
            ["W1"] = D * X.Transpose(),                                         // [h×n]
            ["b1"] = D.SumOfColumns(),                                          // [h×1]
            ["X"] = W1.Transpose() * D,                                         // [n×B]
        };
    }

    private sealed record Pass(Matrix<double> H, Matrix<double> G, Matrix<double> Back, Matrix<double> D);

    private static Trial Wrong(
        string name, string line, string says, string places,
        Func<MatrixCase<double>, Pass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x =>
        {
            var H = (x["W1"] * x["X"]).AddBias(x["b1"]).Map(a => Elementary.Tanh(a));
            var G = x.OutputGradient((x["W2"] * H).AddBias(x["b2"]));
            var back = x["W2"].Transpose() * G;
            return backward(x, new(H, G, back, back.PointwiseMultiply(H.Map(h => 1 - h * h))));
        });

    private static Gradients<double> Given(MatrixCase<double> x, Pass p, Matrix<double> D) => new()
    {
        ["W2"] = p.G * p.H.Transpose(),
        ["b2"] = p.G.SumOfColumns(),
        ["W1"] = D * x["X"].Transpose(),
        ["b1"] = D.SumOfColumns(),
        ["X"] = x["W1"].Transpose() * D,
    };
}

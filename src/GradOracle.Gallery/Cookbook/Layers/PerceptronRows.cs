using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// The multilayer perceptron with rows as examples and a rectifier: <c>Ŷ = max(X W1 + b1, 0) W2 + b2</c>.
/// </summary>
internal static class PerceptronRows
{
    private static readonly Network s_network = Network.Define("perceptron-rows", ["n", "h", "m", "B"], x =>
    {
        var A = (x.Input("X", "B", "n") * x.Parameter("W1", "n", "h") + x.Parameter("b1", "1", "h")).Named("A");
        var H = A.Relu().Named("H");                                            // [B×h]
        return H * x.Parameter("W2", "h", "m") + x.Parameter("b2", "1", "m");
    }, rowsAreExamples: true);

    /// <summary>The network, its derivation and its mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "perceptron-rows",
            "D = G W2ᵀ ∘ [A > 0], ∂W1 = Xᵀ D, ∂b1 = Σ_b D, ∂X = D W1ᵀ",
            Differentiate))
    {
        Kept = new(("n", 2), ("h", 3), ("m", 1), ("B", 4)),
        Lines =
        [
            "forward    A  = X W1 + b1          [B×h]   a row for each example",
            "           H  = max(A, 0)          [B×h]",
            "           Ŷ  = H W2 + b2          [B×m]",
            "backward   G  = ∂L/∂Ŷ              [B×m]",
            "           ∂W2 = Hᵀ G              [h×m]   all products the other way round",
            "           ∂b2 = Σ_b G             [1×m]",
            "           D  = G W2ᵀ ∘ [A > 0]    [B×h]   ∂L/∂A, and 0 where A is 0",
            "           ∂W1 = Xᵀ D              [n×h]",
            "           ∂b1 = Σ_b D             [1×h]",
            "           ∂X = D W1ᵀ              [B×n]",
        ],
        Mistakes =
        [
            Wrong(
                "rectifier-forgotten", "D = G W2ᵀ",
                "φ′ is missing in ∂L/∂A|relu′ is missing|∂L/∂H stands in place of ∂L/∂A|is ∂L/∂H, where", "∂L/∂A",
                (x, p) => Given(x, p, p.Back)),
            Wrong(
                "rectifier-open-at-zero", "D = G W2ᵀ ∘ [A ≥ 0]",
                "the slope of relu(A) at 0 is taken to be 1", "∂L/∂A",
                (x, p) => Given(x, p, p.Back.PointwiseMultiply(p.A.Map(a => a >= 0 ? 1.0 : 0)))),
            Wrong(
                "bias-not-summed", "∂b1 = D",
                "b1 is…not summed over examples|not summed", "b1",
                (x, p) => Given(x, p, p.D, db1: p.D)),
            Wrong(
                "bias-of-the-last-example", "∂b1 = D of the last example",
                "only the last example counts in the gradient of b1", "b1",
                (x, p) => Given(x, p, p.D, db1: p.D.Row(p.D.RowCount - 1).ToRowMatrix())),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W1, b1, W2, b2, X) = (x["W1"], x["b1"], x["W2"], x["b2"], x["X"]);

        var A = (X * W1).PlusRow(b1.Row(0));                                    // [B×h]
        var H = A.Map(a => Math.Max(a, 0));                                     // [B×h]
        var G = x.OutputGradient((H * W2).PlusRow(b2.Row(0)));                  // [B×m]

        var D = (G * W2.Transpose()).PointwiseMultiply(A.Map(a => a > 0 ? 1.0 : 0)); // [B×h]
        return new()
        {
            ["W2"] = H.Transpose() * G,                                         // [h×m]
            ["b2"] = G.ColumnSums().ToRowMatrix(),                              // [1×m]
            ["W1"] = X.Transpose() * D,                                         // [n×h]
            ["b1"] = D.ColumnSums().ToRowMatrix(),                              // [1×h]
            ["X"] = D * W1.Transpose(),                                         // [B×n]
        };
    }

    private sealed record Pass(
        Matrix<double> A, Matrix<double> H, Matrix<double> G, Matrix<double> Back, Matrix<double> D);

    private static Trial Wrong(
        string name, string line, string says, string places,
        Func<MatrixCase<double>, Pass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x =>
        {
            var A = (x["X"] * x["W1"]).PlusRow(x["b1"].Row(0));
            var H = A.Map(a => Math.Max(a, 0));
            var G = x.OutputGradient((H * x["W2"]).PlusRow(x["b2"].Row(0)));
            var back = G * x["W2"].Transpose();
            return backward(x, new(A, H, G, back, back.PointwiseMultiply(A.Map(a => a > 0 ? 1.0 : 0))));
        });

    private static Gradients<double> Given(
        MatrixCase<double> x, Pass p, Matrix<double> D, Matrix<double>? db1 = null) => new()
        {
            ["W2"] = p.H.Transpose() * p.G,
            ["b2"] = p.G.ColumnSums().ToRowMatrix(),
            ["W1"] = x["X"].Transpose() * D,
            ["b1"] = db1 ?? D.ColumnSums().ToRowMatrix(),
            ["X"] = D * x["W1"].Transpose(),
        };
}

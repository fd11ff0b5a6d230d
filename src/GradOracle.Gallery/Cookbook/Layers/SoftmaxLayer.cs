using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// A softmax between two layers, under whatever loss: <c>Ŷ = W2 P, P = softmax(W1 X)</c> of every column.
/// </summary>
internal static class SoftmaxLayer
{
    private static readonly Network s_network = Network.Define("softmax-layer", ["n", "h", "m", "B"], x =>
    {
        var A = (x.Parameter("W1", "h", "n") * x.Input("X", "n", "B")).Named("A"); // [h×B]
        var P = A.Softmax(0).Named("P");                                        // [h×B]
        return x.Parameter("W2", "m", "h") * P;
    }, smallest: [("h", 2)]);

    /// <summary>The network, its derivations and their mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "softmax-layer",
            "∂A = P ∘ (∂P − Σ_i P ∘ ∂P), ∂P = W2ᵀ G, ∂W1 = ∂A Xᵀ, ∂X = W1ᵀ ∂A",
            Differentiate))
    {
        Others =
        [
            ByHand.Matrices(
                s_network, "softmax-layer-jacobian",
                "the Jacobian of every example in full: ∂a = (diag p − p pᵀ) ∂p",
                Jacobian),
        ],
        Kept = new(("n", 2), ("h", 3), ("m", 1), ("B", 4)),
        Lines =
        [
            "forward    A  = W1 X                     [h×B]",
            "           P  = softmax A                [h×B]   of every column",
            "           Ŷ  = W2 P                     [m×B]",
            "backward   G  = ∂L/∂Ŷ                    [m×B]",
            "           ∂W2 = G Pᵀ                    [m×h]",
            "           ∂P = W2ᵀ G                    [h×B]",
            "           ∂A = P ∘ (∂P − Σ_i P ∘ ∂P)    [h×B]   every p depends on every a of its column:",
            "                                                 (diag p − p pᵀ) ∂p, without the matrix",
            "           ∂W1 = ∂A Xᵀ                   [h×n]",
            "           ∂X = W1ᵀ ∂A                   [n×B]",
        ],
        Mistakes =
        [
            Wrong(
                "diagonal-alone", "∂A = P ∘ (1 − P) ∘ ∂P",
                "∂L/∂A", "∂L/∂A",
                (P, dP) => P.PointwiseMultiply(1 - P).PointwiseMultiply(dP)),
            Wrong(
                "sum-over-examples", "∂A = P ∘ (∂P − Σ_b P ∘ ∂P)",
                "axis", "∂L/∂A",
                (P, dP) => P.PointwiseMultiply(dP.PlusColumn(-P.PointwiseMultiply(dP).RowSums()))),
            Wrong(
                "factor-forgotten", "∂A = ∂P − Σ_i P ∘ ∂P",
                "the softmax is not multiplied in, in front of the difference", "∂L/∂A",
                (P, dP) => dP.PlusRow(-P.PointwiseMultiply(dP).ColumnSums())),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W1, W2, X) = (x["W1"], x["W2"], x["X"]);

        var P = (W1 * X).Softmax();                                             // [h×B]
        var G = x.OutputGradient(W2 * P);                                       // [m×B]

        var dP = W2.Transpose() * G;                                            // [h×B]
        var weighted = P.PointwiseMultiply(dP).ColumnSums();                    // Σ_i P ∘ ∂P, a number for each column
        var dA = P.PointwiseMultiply(dP.PlusRow(-weighted));                    // [h×B]
        return new()
        {
            ["W2"] = G * P.Transpose(),                                         // [m×h]
            ["W1"] = dA * X.Transpose(),                                        // [h×n]
            ["X"] = W1.Transpose() * dA,                                        // [n×B]
        };
    }

    private static Gradients<double> Jacobian(MatrixCase<double> x) => With(x, (P, dP) =>
    {
        var dA = P * 0;
        for (var b = 0; b < P.ColumnCount; b++)
        {
            var p = P.Column(b);
            var J = Matrix<double>.Build.DenseOfDiagonalVector(p) - p.OuterProduct(p); // [h×h] symmetric
            dA.SetColumn(b, J * dP.Column(b));
        }

        return dA;
    });

    private static Gradients<double> With(
        MatrixCase<double> x, Func<Matrix<double>, Matrix<double>, Matrix<double>> backward)
    {
        var P = (x["W1"] * x["X"]).Softmax();
        var G = x.OutputGradient(x["W2"] * P);
        var dA = backward(P, x["W2"].Transpose() * G);
        return new() { ["W2"] = G * P.Transpose(), ["W1"] = dA * x["X"].Transpose(), ["X"] = x["W1"].Transpose() * dA };
    }

    private static Trial Wrong(
        string name, string line, string says, string places,
        Func<Matrix<double>, Matrix<double>, Matrix<double>> dA) =>
        WrongLine.Of(s_network, name, line, says, places, x => With(x, dA));
}

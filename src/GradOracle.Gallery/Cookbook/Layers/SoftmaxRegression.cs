using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// Softmax regression with its cross-entropy in the network: the output is the loss of every example,
/// <c>ℓ_b = −Σ_i Q_ib ln P_ib, P = softmax(W X + b)</c>, Q a distribution over the classes.
/// </summary>
/// <remarks>
/// So the textbook's P − Q is right whatever becomes of the losses: a sum, a mean, weights of one's own.
/// </remarks>
internal static class SoftmaxRegression
{
    private static readonly Network s_network = Network.Define("softmax-regression", ["n", "m", "B"], x =>
    {
        var Z = (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).AddBias(x.Parameter("b", "m", "1")).Named("Z");
        var Q = x.Input("Q", ["m", "B"], Holds.Distribution(0));
        return -Q.Hadamard(Z.LogSoftmax(0)).Sum(0, keepDims: true);             // [1×B]
    }, smallest: [("m", 2)]).Differentiates("W", "X", "b");

    /// <summary>The network, its derivations and their mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "softmax-regression",
            "∂Z = (P − Q) ∘ g, ∂W = ∂Z Xᵀ, ∂b = Σ_b ∂Z, ∂X = Wᵀ ∂Z",
            Differentiate))
    {
        Others =
        [
            ByHand.Matrices(
                s_network, "softmax-regression-in-steps",
                "through ln P: ∂Z = N − P ∘ Σ_i N, N = −Q ∘ g",
                InSteps),
        ],
        Kept = new(("n", 2), ("m", 3), ("B", 4)),
        Lines =
        [
            "forward    Z  = W X + b            [m×B]",
            "           P  = softmax Z          [m×B]   of every column",
            "           ℓ  = −Σ_i Q ∘ ln P      [1×B]   each column of Q sums to 1",
            "backward   g  = ∂L/∂ℓ              [1×B]   1 where L is the sum of the losses, 1/B where it is their mean",
            "           ∂Z = (P − Q) ∘ g        [m×B]   softmax and logarithm in one; it holds because Σ_i Q = 1",
            "           ∂W = ∂Z Xᵀ              [m×n]",
            "           ∂b = Σ_b ∂Z             [m×1]",
            "           ∂X = Wᵀ ∂Z              [n×B]",
        ],
        Mistakes =
        [
            Wrong(
                "softmax-twice", "∂Z = (P − Q) ∘ P ∘ (1 − P) ∘ g",
                "∂L/∂Z", "∂L/∂Z",
                p => (p.P - p.Q).PointwiseMultiply(p.P.Map(v => v * (1 - v))).TimesRow(p.g)),
            Wrong(
                "target-minus-output", "∂Z = (Q − P) ∘ g",
                "∂L/∂Z has the wrong sign|∂L/∂Ŷ has the wrong sign", "∂L/∂Z",
                p => (p.Q - p.P).TimesRow(p.g)),
            Wrong(
                "upstream-forgotten",
                "∂Z = P − Q",
                "∂L/∂Ŷ is taken to be 1: what comes from above is forgotten",
                "∂L/∂Z|∂L/∂Ŷ",
                p => p.P - p.Q),
            Wrong(
                "one-of-the-target-alone", "∂Z = (P − 1) ∘ Q ∘ g: right where Q is one-hot and at its class only",
                "∂L/∂Z", "∂L/∂Z",
                p => (p.P - 1).PointwiseMultiply(p.Q).TimesRow(p.g)),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W, b, X, Q) = (x["W"], x["b"], x["X"], x["Q"]);

        var Z = (W * X).AddBias(b);                                             // [m×B]
        var ℓ = -Q.PointwiseMultiply(Z.LogSoftmax()).ColumnSums();              // [1×B]
        var g = x.OutputGradient(ℓ.ToRowMatrix()).Row(0);                       // [1×B]

        var dZ = (Z.Softmax() - Q).TimesRow(g);                                 // [m×B]
        return new()
        {
            ["W"] = dZ * X.Transpose(),                                         // [m×n]
            ["b"] = dZ.SumOfColumns(),                                          // [m×1]
            ["X"] = W.Transpose() * dZ,                                         // [n×B]
        };
    }

    private static Gradients<double> InSteps(MatrixCase<double> x) => With(x, p =>
    {
        var dLogP = (-p.Q).TimesRow(p.g);                                       // [m×B]
        return dLogP - p.P.TimesRow(dLogP.ColumnSums());                        // whatever Q sums to
    });

    private sealed record Pass(Matrix<double> P, Matrix<double> Q, Vector<double> g);

    private static Gradients<double> With(MatrixCase<double> x, Func<Pass, Matrix<double>> backward)
    {
        var (W, X, Q) = (x["W"], x["X"], x["Q"]);
        var Z = (W * X).AddBias(x["b"]);
        var g = x.OutputGradient((-Q.PointwiseMultiply(Z.LogSoftmax()).ColumnSums()).ToRowMatrix()).Row(0);
        var dZ = backward(new(Z.Softmax(), Q, g));
        return new() { ["W"] = dZ * X.Transpose(), ["b"] = dZ.SumOfColumns(), ["X"] = W.Transpose() * dZ };
    }

    private static Trial Wrong(string name, string line, string says, string places, Func<Pass, Matrix<double>> dZ) =>
        WrongLine.Of(s_network, name, line, says, places, x => With(x, dZ));
}

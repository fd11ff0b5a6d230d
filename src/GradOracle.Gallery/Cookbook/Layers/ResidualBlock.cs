using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>A residual block: <c>Y = X + W2 max(W1 X, 0)</c>.</summary>
/// <remarks>K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016.</remarks>
internal static class ResidualBlock
{
    private static readonly Network s_network = Network.Define("residual-block", ["n", "h", "B"], x =>
    {
        var X = x.Input("X", "n", "B");
        var A = (x.Parameter("W1", "h", "n") * x["X", "in the branch"]).Named("A");
        var H = A.Relu().Named("H");                                            // [h×B]
        return x["X", "past the branch"] + x.Parameter("W2", "n", "h") * H;
    });

    /// <summary>The network, its derivation and its mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(s_network, "residual-block", "D = W2ᵀ G ∘ [A > 0], ∂X = G + W1ᵀ D", Differentiate))
    {
        Kept = new(("n", 2), ("h", 3), ("B", 4)),
        Lines =
        [
            "forward    A  = W1 X               [h×B]   X is used twice: in the branch …",
            "           H  = max(A, 0)          [h×B]",
            "           Y  = X + W2 H           [n×B]   … and past it",
            "backward   G  = ∂L/∂Y              [n×B]",
            "           ∂W2 = G Hᵀ              [n×h]",
            "           D  = W2ᵀ G ∘ [A > 0]    [h×B]",
            "           ∂W1 = D Xᵀ              [h×n]",
            "           ∂X = G + W1ᵀ D          [n×B]   a term for each use",
        ],
        Mistakes =
        [
            Wrong(
                "skip-overwritten", "∂X = W1ᵀ D: = in place of +=",
                "the contribution of X past the branch is missing", "X",
                p => p.Given(dX: p.W1.Transpose() * p.D)),
            Wrong(
                "branch-forgotten", "∂X = G",
                "the contribution of X in the branch is missing", "X",
                p => p.Given(dX: p.G)),
            Wrong(
                "slope-forgotten", "D = W2ᵀ G",
                "φ′ is missing in ∂L/∂A|relu′ is missing|∂L/∂H stands in place of ∂L/∂A|is ∂L/∂H, where", "∂L/∂A",
                p => (p with { D = p.W2.Transpose() * p.G }).Given()),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W1, W2, X) = (x["W1"], x["W2"], x["X"]);

        var A = W1 * X;                                                         // [h×B]
        var H = A.Map(a => Math.Max(a, 0));                                     // [h×B]
        var G = x.OutputGradient(X + W2 * H);                                   // [n×B]

        var D = (W2.Transpose() * G).PointwiseMultiply(A.Map(a => a > 0 ? 1.0 : 0)); // [h×B]
        return new()
        {
            ["W2"] = G * H.Transpose(),                                         // [n×h]
            ["W1"] = D * X.Transpose(),                                         // [h×n]
            ["X"] = G + W1.Transpose() * D,                                     // [n×B] used twice: two terms
        };
    }

    private sealed record Pass(
        Matrix<double> W1, Matrix<double> W2, Matrix<double> X, Matrix<double> H, Matrix<double> G, Matrix<double> D)
    {
        public Gradients<double> Given(Matrix<double>? dX = null) =>
            new() { ["W2"] = G * H.Transpose(), ["W1"] = D * X.Transpose(), ["X"] = dX ?? G + W1.Transpose() * D };
    }

    private static Trial Wrong(
        string name, string line, string says, string places, Func<Pass, Gradients<double>> backward) =>
        WrongLine.Of(s_network, name, line, says, places, x =>
        {
            var (W1, W2, X) = (x["W1"], x["W2"], x["X"]);
            var A = W1 * X;
            var H = A.Map(a => Math.Max(a, 0));
            var G = x.OutputGradient(X + W2 * H);
            return backward(new(W1, W2, X, H, G, (W2.Transpose() * G).PointwiseMultiply(A.Map(a => a > 0 ? 1.0 : 0))));
        });
}

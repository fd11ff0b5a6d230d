using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// A layer whose output, of every example, a column, is divided by its length: <c>Y = H / √(Σ_i H² + ε), H = W X</c>.
/// </summary>
internal static class L2Normalisation
{
    private const double ε = 1e-6;

    // Of one feature, or of one input, a length says nothing but a sign.
    private static readonly Network s_network = Network.Define("l2-normalisation", ["n", "d", "B"], x =>
    {
        var H = (x.Parameter("W", "d", "n") * x.Input("X", "n", "B")).Named("H"); // [d×B]
        var l = (H.Squared().Sum(0, keepDims: true) + ε).Sqrt().Named("l");     // [1×B]
        return H / l;
    }, smallest: [("n", 2), ("d", 2)]);

    /// <summary>The network, its derivations and their mistakes.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network, "l2-normalisation",
            "∂H = (G − Y ∘ Σ_i Y ∘ G) / l, ∂W = ∂H Xᵀ, ∂X = Wᵀ ∂H",
            Differentiate))
    {
        Others =
        [
            ByHand.Matrices(
                s_network, "l2-normalisation-in-steps",
                "∂l = −Σ_i G ∘ H / l², ∂H = G / l + H ∂l / l",
                InSteps),
        ],
        Kept = new(("n", 2), ("d", 4), ("B", 3)),
        Lines =
        [
            "forward    H  = W X                     [d×B]",
            "           l  = √(Σ_i H² + ε)           [1×B]   the length of every column",
            "           Y  = H / l                   [d×B]",
            "backward   G  = ∂L/∂Y                   [d×B]",
            "           ∂H = (G − Y ∘ Σ_i Y ∘ G) / l [d×B]   what points along Y changes the length alone",
            "           ∂W = ∂H Xᵀ                   [d×n]",
            "           ∂X = Wᵀ ∂H                   [n×B]",
            "in steps   ∂l = −Σ_i G ∘ H / l²         [1×B]",
            "           ∂H = G / l + H ∂l / l        [d×B]   H is used twice: above and in the length",
        ],
        Mistakes =
        [
            Wrong(
                "length-taken-for-constant", "∂H = G / l",
                "∂L/∂l is missing", "∂L/∂l|∂L/∂H",
                (H, Y, l, G) => G.TimesRow(1 / l)),
            Wrong(
                "input-for-the-output", "∂H = (G − H ∘ Σ_i H ∘ G) / l",
                "∂L/∂l", "∂L/∂l|∂L/∂H",
                (H, Y, l, G) => (G - H.TimesRow(H.PointwiseMultiply(G).ColumnSums())).TimesRow(1 / l)),
            Wrong(
                "sum-over-examples", "∂H = (G − Y ∘ Σ_b Y ∘ G) / l",
                "∂L/∂H is ∂L/∂Ŷ / l − (Ŷ ∘ (Σ_b ∂L/∂Ŷ ∘ Ŷ)) / l, where", "∂L/∂l|∂L/∂H",
                (H, Y, l, G) => (G - Y.TimesColumn(Y.PointwiseMultiply(G).RowSums())).TimesRow(1 / l)),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var (W, X) = (x["W"], x["X"]);

        var H = W * X;                                                          // [d×B]
        var l = (H.PointwiseMultiply(H).ColumnSums() + ε).Map(Math.Sqrt);       // a number for each column
        var Y = H.TimesRow(1 / l);                                              // [d×B]
        var G = x.OutputGradient(Y);                                            // [d×B]

        var along = Y.PointwiseMultiply(G).ColumnSums();
        var dH = (G - Y.TimesRow(along)).TimesRow(1 / l);                       // [d×B]
        return new()
        {
            ["W"] = dH * X.Transpose(),                                         // [d×n]
            ["X"] = W.Transpose() * dH,                                         // [n×B]
        };
    }

    private static Gradients<double> InSteps(MatrixCase<double> x) => With(x, (H, Y, l, G) =>
    {
        var dl = -G.PointwiseMultiply(H).ColumnSums().PointwiseDivide(l.PointwiseMultiply(l));
        return G.TimesRow(1 / l) + H.TimesRow(dl.PointwiseDivide(l));           // [d×B] used twice: two terms
    });

    private delegate Matrix<double> Backward(Matrix<double> H, Matrix<double> Y, Vector<double> l, Matrix<double> G);

    private static Gradients<double> With(MatrixCase<double> x, Backward backward)
    {
        var H = x["W"] * x["X"];
        var l = (H.PointwiseMultiply(H).ColumnSums() + ε).Map(Math.Sqrt);
        var Y = H.TimesRow(1 / l);
        var dH = backward(H, Y, l, x.OutputGradient(Y));
        return new() { ["W"] = dH * x["X"].Transpose(), ["X"] = x["W"].Transpose() * dH };
    }

    private static Trial Wrong(string name, string line, string says, string places, Backward backward) =>
        WrongLine.Of(s_network, name, line, says, places, x => With(x, backward));
}

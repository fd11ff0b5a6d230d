using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Every example, a column, divided by its length: <c>Y = X / √(Σ_i X² + ε)</c>.</summary>
internal static class L2Normalisation
{
    private const double ε = 1e-6;

    private static readonly Network s_network = Network.Define("l2-normalisation", ["d", "B"], x =>
    {
        x.Input("X", "d", "B");
        var l = (x["X", "in l"].Squared().Sum(0, keepDims: true) + ε).Sqrt().Named("l");     // [1×B]
        return x["X", "in Y"] / l;
    }, smallest: [("d", 2)]);

    /// <summary>The network, its derivations and their mistakes.</summary>
    public static Recipe Recipe { get; } = new(s_network, ByHand.Matrices(s_network, "l2-normalisation", "∂X = (G − Y ∘ Σ_i Y ∘ G) / l", Differentiate))
    {
        Others =
        [
            ByHand.Matrices(s_network, "l2-normalisation-in-steps", "∂l = −Σ_i G ∘ X / l², ∂X = G / l + X ∂l / l", InSteps),
        ],
        Kept = new(("d", 4), ("B", 3)),
        Lines =
        [
            "forward    l  = √(Σ_i X² + ε)          [1×B]   the length of every column",
            "           Y  = X / l                  [d×B]",
            "backward   G  = ∂L/∂Y                  [d×B]",
            "           ∂X = (G − Y ∘ Σ_i Y ∘ G) / l [d×B]  what points along Y changes the length alone, and is taken out",
            "in steps   ∂l = −Σ_i G ∘ X / l²        [1×B]",
            "           ∂X = G / l + X ∂l / l       [d×B]   X is used twice: above and in the length",
        ],
        Mistakes =
        [
            Wrong("length-taken-for-constant", "∂X = G / l", "∂L/∂l is missing", "∂L/∂l|X", (X, Y, l, G) => G.TimesRow(1 / l)),
            Wrong("input-for-the-output", "∂X = (G − X ∘ Σ_i X ∘ G) / l", "X", "X", (X, Y, l, G) => (G - X.TimesRow(X.PointwiseMultiply(G).ColumnSums())).TimesRow(1 / l)),
            Wrong("sum-over-examples", "∂X = (G − Y ∘ Σ_b Y ∘ G) / l", "axis", "∂L/∂l|X", (X, Y, l, G) => (G - Y.TimesColumn(Y.PointwiseMultiply(G).RowSums())).TimesRow(1 / l)),
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x)
    {
        var X = x["X"];

        var l = (X.PointwiseMultiply(X).ColumnSums() + ε).Map(Math.Sqrt);       // a number for each column
        var Y = X.TimesRow(1 / l);                                              // [d×B]
        var G = x.OutputGradient(Y);                                            // [d×B]

        var along = Y.PointwiseMultiply(G).ColumnSums();
        return new() { ["X"] = (G - Y.TimesRow(along)).TimesRow(1 / l) };       // [d×B]
    }

    private static Gradients<double> InSteps(MatrixCase<double> x) => With(x, (X, Y, l, G) =>
    {
        var dl = -G.PointwiseMultiply(X).ColumnSums().PointwiseDivide(l.PointwiseMultiply(l));
        return G.TimesRow(1 / l) + X.TimesRow(dl.PointwiseDivide(l));           // [d×B] used twice: two terms
    });

    private delegate Matrix<double> Backward(Matrix<double> X, Matrix<double> Y, Vector<double> l, Matrix<double> G);

    private static Gradients<double> With(MatrixCase<double> x, Backward backward)
    {
        var l = (x["X"].PointwiseMultiply(x["X"]).ColumnSums() + ε).Map(Math.Sqrt);
        var Y = x["X"].TimesRow(1 / l);
        return new() { ["X"] = backward(x["X"], Y, l, x.OutputGradient(Y)) };
    }

    private static Trial Wrong(string name, string line, string says, string places, Backward backward) =>
        WrongLine.Of(s_network, name, line, says, places, x => With(x, backward));
}

using GradOracle.Derivations;

namespace GradOracle.Gallery.Sequences;

/// <summary>A factorisation machine: all products of two features, weighted by products of factors, in linear time (S. Rendle, ICDM 2010). Rows are examples.</summary>
internal static class FactorisationMachine
{
    private static readonly Network s_network = Network.Define(
        "factorisation-machine",
        ["B", "n", "k"],
        x =>
        {
            var (X, V) = (x.Input("X", "B", "n"), x.Parameter("V", "n", "k"));
            var linear = X * x.Parameter("w", "n", "1") + x.Parameter("w0", "1", "1");
            var sums = (X * V).Named("S");
            var pairs = (sums.Squared() - X.Squared() * V.Squared()).Scaled(0.5);
            return linear + pairs.Sum([1], keepDims: true);
        },
        smallest: [("n", 2)],
        rowsAreExamples: true);

    private enum Slip
    {
        None,
        Square,
        Doubled,
        LinearOnly,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(s_network, "factorisation-machine", "∂V = Xᵀ (G∘S) − V∘(X²ᵀ G), ∂X = G (S Vᵀ − X∘Σ_f V²) + G wᵀ", x => Differentiate(x)))
    {
        Others = [ByHand.Matrices(s_network, "factorisation-machine-pairs", "pair by pair: ∂v_i += G x_i x_j v_j, ∂x_i += G ⟨v_i, v_j⟩ x_j", Pairs)],
        Mistakes =
        [
            Wrong("fm-square", Slip.Square, "∂V = Xᵀ (G∘S)", "the contribution of V in V∘V is missing|is missing", "V"),
            Wrong("fm-doubled", Slip.Doubled, "∂V = 2 (Xᵀ (G∘S) − V∘(X²ᵀ G))", "the gradient of V is doubled", "V"),
            Wrong("fm-linear-only", Slip.LinearOnly, "∂X = G wᵀ", "the contribution of X in S is missing|is missing", "X"),
        ],
        Lines =
        [
            "forward                                              [rows × columns]",
            "    S = X V                                          [B×k]",
            "    y = w0 + X w + ½ Σ_f (S² − X² V²)                [B×1]   the sum of ⟨v_i, v_j⟩ x_i x_j over i < j",
            "backward, G = ∂L/∂y                                  [B×1]",
            "    ∂w0 = Σ_b G,  ∂w = Xᵀ G                          [1×1], [n×1]",
            "    ∂V = Xᵀ (G∘S) − V∘(X²ᵀ G)                        [n×k]   G times every column of S, and of X²ᵀ G one column for all",
            "    ∂X = G wᵀ + G∘(S Vᵀ − X∘(1 Σ_f V²ᵀ))             [B×n]",
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x, Slip slip = Slip.None)
    {
        var (X, w, V) = (x["X"], x["w"], x["V"]);
        var (X2, V2) = (X.PointwiseMultiply(X), V.PointwiseMultiply(V));
        var S = X * V;                                                                   // [B×k]
        var pairs = 0.5 * (S.PointwiseMultiply(S) - X2 * V2).RowSums().ToColumnMatrix(); // [B×1]
        var G = x.OutputGradient(X * w + pairs + x["w0"][0, 0]);                         // [B×1]

        var fromSums = X.TransposeThisAndMultiply(S.ScaleRows(G));                       // [n×k]
        var fromSquares = V.ScaleRows(X2.TransposeThisAndMultiply(G));                   // [n×k]
        var throughPairs = S.TransposeAndMultiply(V) - X.ScaleColumns(V2.RowSums().ToRowMatrix()); // [B×n]
        return new()
        {
            ["w0"] = G.SumOfRows(),
            ["w"] = X.TransposeThisAndMultiply(G),
            ["V"] = slip switch
            {
                Slip.Square => fromSums,
                Slip.Doubled => 2 * (fromSums - fromSquares),
                _ => fromSums - fromSquares,
            },
            ["X"] = slip == Slip.LinearOnly ? G.TransposeAndMultiply(w) : G.TransposeAndMultiply(w) + throughPairs.ScaleRows(G),
        };
    }

    // The sum as it is meant: nothing is added that is taken away again.
    private static Gradients<double> Pairs(MatrixCase<double> x)
    {
        var (X, w, V) = (x["X"], x["w"], x["V"]);
        var dots = V.TransposeAndMultiply(V);                                            // ⟨v_i, v_j⟩ [n×n]
        dots.MapIndexedInplace((i, j, dot) => i == j ? 0 : dot);
        var partners = X * dots;                                                         // Σ_{j≠i} ⟨v_i, v_j⟩ x_j [B×n]
        var G = x.OutputGradient(X * w + 0.5 * X.DotsOfRows(partners) + x["w0"][0, 0]);
        var products = X.TransposeThisAndMultiply(X.ScaleRows(G));                       // Σ_b G x_i x_j [n×n]
        products.MapIndexedInplace((i, j, product) => i == j ? 0 : product);
        return new()
        {
            ["w0"] = G.SumOfRows(),
            ["w"] = X.TransposeThisAndMultiply(G),
            ["V"] = products * V,
            ["X"] = G.TransposeAndMultiply(w) + partners.ScaleRows(G),
        };
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Matrices(s_network, name, $"wrong on purpose: {line}", x => Differentiate(x, slip)), line, says, places);
}

namespace GradOracle.Gallery.Sequences;

/// <summary>A factorisation machine: all products of two features, weighted by products of factors, in linear time (S.
/// Rendle, ICDM 2010). Rows are examples.</summary>
internal static class FactorisationMachine
{
    private static readonly Network s_network = Network.Define(
        "factorisation-machine",
        ["B", "n", "k"],
        x =>
        {
            var (X, F) = (x.Input("X", "B", "n"), x.Parameter("F", "n", "k"));
            var linear = X * x.Parameter("w", "n", "1") + x.Parameter("w0", "1", "1");
            var sums = (X * F).Named("S");
            var pairs = (sums.Squared() - X.Squared() * F.Squared()).Scaled(0.5);
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
        ByHand.Matrices(
            s_network,
            "factorisation-machine",
            "∂F = Xᵀ (G∘S) − F∘(X²ᵀ G), ∂X = G (S Fᵀ − X∘Σ_f F²) + G wᵀ",
            x => Differentiate(x)))
    {
        Others = [ByHand.Matrices(s_network, "factorisation-machine-pairs", "pair by pair: ∂f_i += G x_i x_j f_j, ∂x_i += G ⟨f_i, f_j⟩ x_j", Pairs)],
        Mistakes =
        [
            Wrong(
                "fm-square",
                Slip.Square,
                "∂F = Xᵀ (G∘S)",
                "((X ∘ X)ᵀ −(0.5 ∂L/∂Ŷ)) ∘ F is missing in the gradient of F",
                "F"),
            Wrong(
                "fm-doubled",
                Slip.Doubled,
                "∂F = 2 (Xᵀ (G∘S) − F∘(X²ᵀ G))",
                "the gradient of F is doubled|the gradient of F is 2 ((Xᵀ ∂L/∂S",
                "F"),
            Wrong(
                "fm-linear-only", Slip.LinearOnly, "∂X = G wᵀ", "∂L/∂S Fᵀ and … are missing in the gradient of X", "X"),
        ],
        Kept = new(("B", 3), ("n", 4), ("k", 2)),
        Lines =
        [
            "forward    S = X F                                   [B×k]",
            "           y = w0 + X w + ½ Σ_f (S² − X² F²)         [B×1]   the sum of ⟨f_i, f_j⟩ x_i x_j over i < j",
            "backward   G = ∂L/∂y                                 [B×1]   a number for each row",
            "           ∂w0 = Σ_b G,  ∂w = Xᵀ G                   [1×1], [n×1]",
            "           ∂F = Xᵀ (G S) − F ∘ (X²ᵀ G)               [n×k]   F is used in S, and in its squares",
            "           ∂X = G wᵀ + G (S Fᵀ − X ∘ Σ_f F²)         [B×n]   X is used three times",
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x, Slip slip = Slip.None)
    {
        var (X, w, F) = (x["X"], x["w"], x["F"]);
        var (X2, F2) = (X.PointwiseMultiply(X), F.PointwiseMultiply(F));
        var S = X * F;                                                                   // [B×k]
        var pairs = 0.5 * (S.PointwiseMultiply(S) - X2 * F2).RowSums().ToColumnMatrix(); // [B×1]
        var G = x.OutputGradient(X * w + pairs + x["w0"][0, 0]);                         // [B×1]

        var fromSums = X.TransposeThisAndMultiply(S.ScaleRows(G));                       // [n×k]
        var fromSquares = F.ScaleRows(X2.TransposeThisAndMultiply(G));                   // [n×k]
        var throughPairs = S.TransposeAndMultiply(F) - X.ScaleColumns(F2.RowSums().ToRowMatrix()); // [B×n]
        return new()
        {
            ["w0"] = G.SumOfRows(),
            ["w"] = X.TransposeThisAndMultiply(G),
            ["F"] = slip switch
            {
                Slip.Square => fromSums,
                Slip.Doubled => 2 * (fromSums - fromSquares),
                _ => fromSums - fromSquares,
            },
            ["X"] = slip == Slip.LinearOnly
                ? G.TransposeAndMultiply(w)
                : G.TransposeAndMultiply(w) + throughPairs.ScaleRows(G),
        };
    }

    // The sum as it is meant: nothing is added that is taken away again.
    private static Gradients<double> Pairs(MatrixCase<double> x)
    {
        var (X, w, F) = (x["X"], x["w"], x["F"]);
        var dots = F.TransposeAndMultiply(F);                                            // ⟨f_i, f_j⟩ [n×n]
        dots.MapIndexedInplace((i, j, dot) => i == j ? 0 : dot);
        var partners = X * dots;                                                         // Σ_{j≠i} ⟨f_i, f_j⟩ x_j [B×n]
        var G = x.OutputGradient(X * w + 0.5 * X.DotsOfRows(partners) + x["w0"][0, 0]);
        var products = X.TransposeThisAndMultiply(X.ScaleRows(G));                       // Σ_b G x_i x_j [n×n]
        products.MapIndexedInplace((i, j, product) => i == j ? 0 : product);
        return new()
        {
            ["w0"] = G.SumOfRows(),
            ["w"] = X.TransposeThisAndMultiply(G),
            ["F"] = products * F,
            ["X"] = G.TransposeAndMultiply(w) + partners.ScaleRows(G),
        };
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Matrices(
            s_network, name, $"wrong on purpose: {line}", x => Differentiate(x, slip)), line, says, places);
}

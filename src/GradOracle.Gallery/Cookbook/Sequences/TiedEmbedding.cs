using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery.Sequences;

/// <summary>A continuous bag of words with one table: a word is foretold by the mean of its context (T. Mikolov et al.,
/// 2013), and scored with the table that embeds it.</summary>
internal static class TiedEmbedding
{
    private static readonly Network s_network = Network.Define(
        "cbow-tied",
        ["B", "c", "V", "d"],
        x =>
        {
            x.Parameter("E", "V", "d");
            var ids = x.Input("ids", ["B", "c"], Holds.Indices(below: "V"));
            var H = x["E", "as embedding"].Rows(ids).Mean(1).Named("H");
            return H * x["E", "as output weights"].Transposed();
        },
        smallest: [("c", 2), ("V", 2)],
        rowsAreExamples: true);

    private enum Slip
    {
        None,
        OutputOnly,
        EmbeddingOnly,
        Overwritten,
        Sum,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Arrays(
            s_network,
            "cbow-tied",
            "∂E = Gᵀ H, and ∂E[i] += ∂H/c for each index i of the context",
            (x, g) => Differentiate(x, g)))
    {
        Others = [ByHand.Matrices(s_network, "cbow-tied-counts", "H = N E/c with N how often each word stands in each context: ∂E = Gᵀ H + Nᵀ ∂H/c", ByCounts)],
        Mistakes =
        [
            Wrong(
                "cbow-output-only",
                Slip.OutputOnly,
                "dE = Gᵀ H",
                "the contribution of E as embedding is missing|∂L/∂H is missing",
                "E"),
            Wrong(
                "cbow-embedding-only",
                Slip.EmbeddingOnly,
                "dE[i] += dH/c",
                "the contribution of E as output weights is missing",
                "E"),
            Wrong(
                "cbow-overwritten",
                Slip.Overwritten,
                "scattered[i] = dH/c",
                "of an index that comes several times only the last counts",
                "E"),
            Wrong(
                "cbow-sum",
                Slip.Sum,
                "dE[i] += dH",
                "the contribution of E as embedding is multiplied by c|∂L/∂H is multiplied by c",
                "E"),
        ],
        Kept = new(("B", 3), ("c", 4), ("V", 5), ("d", 2)),
        Lines =
        [
            "forward    H_b = 1/c Σ_j E[ids_bj]                   [B×d]   the mean of c rows of the table",
            "           Y = H Eᵀ                                  [B×V]   the same table scores every word",
            "backward   G = ∂L/∂Y                                 [B×V]   of the cross-entropy of labels softmax(Y) − onehot(T)",
            "           ∂E = Gᵀ H                                 [V×d]   as output weights",
            "           ∂H = G E                                  [B×d]",
            "           ∂E[ids_bj] += ∂H_b/c                      [V×d]   as embedding: +=, for a word may come again",
        ],
    };

    private static void Differentiate(ArrayCase x, ArrayGradients g, Slip slip = Slip.None)
    {
        var (B, c, V, d) = (x.Shape["B"], x.Shape["c"], x.Shape["V"], x.Shape["d"]);
        double[] E = x["E"], ids = x["ids"];
        var H = new double[B * d];                                           // [B×d]
        for (var j = 0; j < B * c; j++)
        {
            Products.Add(1.0, E, (int)ids[j] * d, H, j / c * d, d);
        }

        H = Array.ConvertAll(H, sum => sum / c);
        double[] G = x.OutputGradient(Products.WithTransposed(H, E, B, d, V)); // [B×V]

        // as output weights
        var dE = slip == Slip.EmbeddingOnly ? new double[V * d] : Products.OfTransposed(G, H, B, V, d);
        var dH = Products.Of(G, E, B, V, d);                                 // [B×d]
        var scattered = new double[V * d];                                   // as embedding
        for (var j = 0; j < B * c && slip != Slip.OutputOnly; j++)
        {
            var row = (int)ids[j] * d;
            if (slip == Slip.Overwritten)
            {
                scattered.AsSpan(row, d).Clear();
            }

            Products.Add(slip == Slip.Sum ? 1 : 1.0 / c, dH, j / c * d, scattered, row, d);
        }

        Products.Add(1, scattered, 0, dE, 0, dE.Length);
        g["E"] = dE;
    }

    private static Gradients<double> ByCounts(MatrixCase<double> x)
    {
        var (E, ids, c) = (x["E"], x["ids"], x.Shape["c"]);
        var N = Matrix<double>.Build.Dense(
            ids.RowCount, E.RowCount, (b, word) => ids.Row(b).Count(id => id == word)); // [B×V]
        var H = N * E / c;
        var G = x.OutputGradient(H.TransposeAndMultiply(E));
        return new() { ["E"] = G.TransposeThisAndMultiply(H) + N.TransposeThisAndMultiply(G * E / c) };
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Arrays(
            s_network, name, $"wrong on purpose: {line}", (x, g) => Differentiate(x, g, slip)), line, says, places);
}

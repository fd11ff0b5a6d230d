using static GradOracle.Gallery.Sequences.Head;

namespace GradOracle.Gallery.Sequences;

/// <summary>Attention of one head, each position looking back: rows are positions.</summary>
internal static class CausalAttention
{
    private static readonly Network s_network = Network.Define(
        "causal-attention",
        ["T", "d", "h"],
        x =>
        {
            x.Input("X", "T", "d");
            return Of(x, x["X", "in Q"], x["X", "in K"], x["X", "in V"]);
        },
        smallest: [("T", 2)],
        rowsAreExamples: true);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Matrices(
            s_network,
            "causal-attention",
            "∂S = P∘(∂P − rows(P∘∂P)), ∂Q = ∂S K/√h, ∂K = ∂Sᵀ Q/√h",
            x => Differentiate(x)))
    {
        Others =
        [
            ByHand.Matrices(
                s_network,
                "causal-attention-flash",
                "∂S = P∘(∂P − rows(G∘Y)): a row's sum without P",
                x => Differentiate(x, Slip.Flash)),
        ],
        Mistakes =
        [
            Wrong(
                "attention-scale",
                Slip.Scale,
                "∂Q = ∂S K, ∂K = ∂Sᵀ Q",
                "∂L/∂S stands in place of ∂L/∂(Q Kᵀ)|∂L/∂(Q Kᵀ) is ∂L/∂S, where|∂L/∂(Q Kᵀ) is multiplied by √h",
                "Wq|Wk|∂L/∂S|in Q|in K"),
            Wrong(
                "attention-diagonal",
                Slip.Diagonal,
                "∂S = P∘(1 − P)∘∂P",
                "the diagonal of the softmax's Jacobian alone|∂L/∂P ∘ (P ∘ (1 − P)), where",
                "∂L/∂S|Wq|Wk|in Q|in K"),
            Wrong(
                "attention-unmasked",
                Slip.Mask,
                "P = softmax(Q Kᵀ/√h) in the backward pass",
                "the mask is missing",
                "∂L/∂S|∂L/∂P|X|in Q|in K|in V|∂L/∂Ŷ"),
            Wrong(
                "attention-exchanged",
                Slip.Exchanged,
                "∂Q = ∂Sᵀ Q/√h, ∂K = ∂S K/√h",
                "the gradients of Wk and Wq are exchanged|Wq and Wk are exchanged in the gradient of X",
                "Wq|Wk|in Q|in K"),
        ],
        Kept = new(("T", 3), ("d", 4), ("h", 2)),
        Lines =
        [
            "forward    Q = X Wq,  K = X Wk,  V = X Wv            [T×h]",
            "           S = Q Kᵀ/√h                               [T×T]",
            "           P = softmax of each row of S              [T×T]   S is −∞ above the diagonal, so P is 0 there",
            "           Y = P V                                   [T×h]",
            "backward   G = ∂L/∂Y                                 [T×h]",
            "           ∂V = Pᵀ G                                 [T×h]",
            "           ∂P = G Vᵀ                                 [T×T]",
            "           ∂S = P ∘ (∂P − Σ_j P ∘ ∂P)                [T×T]   a row of P sums to 1; where P is 0, ∂S is",
            "           ∂Q = ∂S K/√h,  ∂K = ∂Sᵀ Q/√h              [T×h]",
            "           ∂Wq = Xᵀ ∂Q,  ∂Wk = Xᵀ ∂K,  ∂Wv = Xᵀ ∂V   [d×h]",
            "           ∂X = ∂Q Wqᵀ + ∂K Wkᵀ + ∂V Wvᵀ             [T×d]   X is used three times",
            "collapsed  ∂S = P ∘ (∂P − Σ_k G ∘ Y)                 [T×T]   the same sum, of shorter rows",
        ],
    };

    /// <summary>A head of its own parameters on positions, told apart where they are used.</summary>
    internal static Node Of(Inputs x, Node forQueries, Node forKeys, Node forValues)
    {
        var root = Math.Sqrt(x.Shape["h"]);
        var mask = x.Input("mask", ["T", "T"], Holds.Fixed(at => at[1] <= at[0] ? 1 : 0));
        var Q = (forQueries * x.Parameter("Wq", "d", "h")).Named("Q");
        var K = (forKeys * x.Parameter("Wk", "d", "h")).Named("K");
        var V = (forValues * x.Parameter("Wv", "d", "h")).Named("V");
        var S = (Q * K.Transposed()).Scaled(1 / root).Named("S");
        return S.Where(mask, double.NegativeInfinity).Softmax(-1).Named("P") * V;
    }

    private static Gradients<double> Differentiate(MatrixCase<double> x, Slip slip = Slip.None)
    {
        var head = new Head(x["X"], x["Wq"], x["Wk"], x["Wv"]);
        var (X, Wq, Wk, Wv) = head.Backward(x.OutputGradient(head.Y), slip);
        return new() { ["X"] = X, ["Wq"] = Wq, ["Wk"] = Wk, ["Wv"] = Wv };
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Matrices(
            s_network, name, $"wrong on purpose: {line}", x => Differentiate(x, slip)), line, says, places);
}

using GradOracle.Numerics;

namespace GradOracle.Gallery.Sequences;

/// <summary>Causal attention of several heads, queries, keys and values packed into one product: loops over
/// arrays.</summary>
internal static class PackedAttention
{
    private static readonly Network s_network = Network.Define(
        "packed-attention",
        ["B", "T", "N", "h"],
        x =>
        {
            var (B, T, N, h) = (x.Shape["B"], x.Shape["T"], x.Shape["N"], x.Shape["h"]);
            var (C, mask) = ($"{N * h}", x.Input("mask", ["T", "T"], Holds.Fixed(at => at[1] <= at[0] ? 1 : 0)));
            var packed = (x.Input("X", "B", "T", C) * x.Parameter("W", C, $"{3 * N * h}")).Named("QKV");
            var parts = packed.Reshape(B, T, 3, N, h).Permute(2, 0, 3, 1, 4); // [3,B,N,T,h]
            Node Part(int i, string name) => parts.Slice(0, i, 1).Reshape(B, N, T, h).Named(name);
            var (Q, K, V) = (Part(0, "Q"), Part(1, "K"), Part(2, "V"));
            var S = (Q * K.Transposed()).Scaled(1 / Math.Sqrt(h)).Named("S");
            var Y = S.Where(mask, double.NegativeInfinity).Softmax(-1).Named("P") * V;
            return Y.Permute(0, 2, 1, 3).Reshape(B, T, N * h);
        },
        smallest: [("T", 2)],
        largest: [("N", 4), ("h", 6)]);

    private enum Slip
    {
        None,
        Indicator,
        KeyScale,
        Overwritten,
        BeforeIt,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Arrays(
            s_network,
            "packed-attention",
            "head by head: ∂S = P (∂P − Σ P ∂P), then ∂Q, ∂K, ∂V in their places of ∂QKV",
            (x, g) => Differentiate(x, g)))
    {
        Others =
        [
            ByHand.Arrays(
                s_network, "packed-attention-indicator", "∂S_ij = Σ_k P_ij (1[j=k] − P_ik) ∂P_ik: the Jacobian entry by entry", (x, g) => Differentiate(x, g, Slip.Indicator)),
        ],
        Mistakes =
        [
            Wrong(
                "packed-key-scale",
                Slip.KeyScale,
                "dk += dS * q",
                "∂L/∂S stands in place of ∂L/∂(Q Kᵀ) in ∂L/∂K|∂L/∂K is multiplied by √h",
                "W|∂L/∂K|∂L/∂QKV|X"),
            Wrong(
                "packed-overwritten",
                Slip.Overwritten,
                "dv = P * G",
                "∂L/∂V has only the last term of its sum",
                "W|∂L/∂V|∂L/∂QKV|X"),
            Wrong("packed-before", Slip.BeforeIt, "j < t", "∂L/∂S has 0 on its diagonal", "W|∂L/∂S|∂L/∂QKV|X"),
        ],
        Kept = new(("B", 2), ("T", 3), ("N", 2), ("h", 1)),
        Lines =
        [
            "forward    QKV = X W                                 [B,T,3C]   C = N h; in a row all Q, all K, all V",
            "           S_tj = Σ_i Q_ti K_ji/√h where j ≤ t       [T,T]      for each example b and head n, from here on",
            "           P_t = softmax(S_t), 0 where j > t         [T,T]",
            "           Y_t = Σ_j P_tj V_j                        [B,T,C]    each head in its place",
            "backward   G = ∂L/∂Y                                 [B,T,C]",
            "           ∂P_tj = Σ_i G_ti V_ji                     [T,T]",
            "           ∂V_j += P_tj G_t                                     every t from j on adds to it",
            "           ∂S_tj = P_tj (∂P_tj − Σ_k P_tk ∂P_tk)     [T,T]",
            "           ∂Q_t += ∂S_tj K_j/√h                                 all three in their places of ∂QKV",
            "           ∂K_j += ∂S_tj Q_t/√h",
            "           ∂W = Σ_b X_bᵀ ∂QKV_b                      [C,3C]",
            "           ∂X = ∂QKV Wᵀ                              [B,T,C]",
        ],
    };

    private static void Differentiate(ArrayCase x, ArrayGradients g, Slip slip = Slip.None)
    {
        var (B, T, N, h) = (x.Shape["B"], x.Shape["T"], x.Shape["N"], x.Shape["h"]);
        var (C, scale) = (N * h, 1 / Math.Sqrt(h));
        double[] X = x["X"], W = x["W"];
        var (rows, width) = (B * T, 3 * C);
        var qkv = Products.Of(X, W, rows, C, width);       // [B,T,3C]
        var P = new double[B * N * T * T];                 // [B,N,T,T]
        var Y = new double[rows * C];                      // [B,T,C]
        foreach (var (b, n, t) in Positions(B, N, T))
        {
            var q = (b * T + t) * width + n * h;
            var p = P.AsSpan(((b * N + n) * T + t) * T, T);
            for (var j = 0; j <= t; j++)
            {
                p[j] = scale * Products.Dot(qkv, q, qkv, Key(b, n, j), h);
            }

            Softmax(p[..(t + 1)]);
            for (var j = 0; j <= t; j++)
            {
                Products.Add(p[j], qkv, Key(b, n, j) + C, Y, (b * T + t) * C + n * h, h);
            }
        }

        double[] G = x.OutputGradient(Y);                  // [B,T,C]
        var dQkv = new double[qkv.Length];
        var (dP, dS) = (new double[T], new double[T]);
        foreach (var (b, n, t) in Positions(B, N, T))
        {
            var (q, y) = ((b * T + t) * width + n * h, (b * T + t) * C + n * h);
            var p = P.AsSpan(((b * N + n) * T + t) * T, T);
            var dots = 0.0;                                // Σ_k P_k ∂P_k
            for (var j = 0; j <= t; j++)
            {
                dP[j] = Products.Dot(G, y, qkv, Key(b, n, j) + C, h);
                dots += p[j] * dP[j];
                if (slip == Slip.Overwritten)
                {
                    dQkv.AsSpan(Key(b, n, j) + C, h).Clear();
                }

                Products.Add(p[j], G, y, dQkv, Key(b, n, j) + C, h);
            }

            for (var j = 0; j < (slip == Slip.BeforeIt ? t : t + 1); j++)
            {
                dS[j] = slip == Slip.Indicator ? ByJacobian(p[..(t + 1)], dP, j) : p[j] * (dP[j] - dots);
                Products.Add(scale * dS[j], qkv, Key(b, n, j), dQkv, q, h);
                Products.Add(slip == Slip.KeyScale ? dS[j] : scale * dS[j], qkv, q, dQkv, Key(b, n, j), h);
            }
        }

        g["W"] = Products.OfTransposed(X, dQkv, rows, C, width);        // Xᵀ ∂QKV over all examples and positions
        g["X"] = Products.WithTransposed(dQkv, W, rows, width, C);      // ∂QKV Wᵀ

        int Key(int b, int n, int t) => (b * T + t) * width + C + n * h; // its value stands C further
    }

    private static IEnumerable<(int B, int N, int T)> Positions(int B, int N, int T) =>
        from b in Enumerable.Range(0, B) from n in Enumerable.Range(0, N) from t in Enumerable.Range(0, T) select (b, n, t);

    private static void Softmax(Span<double> scores)
    {
        var (largest, total) = (double.NegativeInfinity, 0.0);
        foreach (var score in scores)
        {
            largest = Math.Max(largest, score);
        }

        foreach (ref var score in scores)
        {
            score = Elementary.Exp(score - largest);
            total += score;
        }

        foreach (ref var score in scores)
        {
            score /= total;
        }
    }

    private static double ByJacobian(ReadOnlySpan<double> p, double[] dP, int j)
    {
        var sum = 0.0;
        for (var k = 0; k < p.Length; k++)
        {
            sum += p[j] * ((j == k ? 1 : 0) - p[k]) * dP[k];
        }

        return sum;
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Arrays(
            s_network, name, $"wrong on purpose: {line}", (x, g) => Differentiate(x, g, slip)), line, says, places);
}

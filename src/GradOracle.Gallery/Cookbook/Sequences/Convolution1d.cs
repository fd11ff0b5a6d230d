namespace GradOracle.Gallery.Sequences;

/// <summary>A convolution along one axis, as everybody's library has it: the kernel is not mirrored.</summary>
internal static class Convolution1d
{
    private static readonly Network s_network = Network.Define(
        "conv1d",
        ["B", "C", "O", "k", "p"],
        x =>
        {
            var X = x.Input("X", "B", "C", $"{x.Shape["p"] + x.Shape["k"] - 1}"); // p windows of k entries
            return X.Conv1d(x.Parameter("K", "O", "C", "k")) + x.Parameter("b", "O", "1");
        },
        smallest: [("k", 2), ("p", 2)]);

    private enum Slip
    {
        None,
        ReversedKernel,
        ReversedGradient,
        MeanOfBias,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Arrays(
            s_network,
            "conv1d",
            "∂K[o,c,i] = Σ G[b,o,p] X[b,c,p+i], ∂X[b,c,p+i] += G[b,o,p] K[o,c,i]",
            (x, g) => Differentiate(x, g)))
    {
        Others = [ByHand.Arrays(s_network, "conv1d-columns", "windows as columns: Y = K·windows(X) + b, ∂K = G·windows(X)ᵀ, ∂X = the columns of Kᵀ G added back", Columns)],
        Mistakes =
        [
            Wrong(
                "conv1d-kernel-reversed",
                Slip.ReversedGradient,
                "dK[o,c,k-1-i] += G[b,o,p] X[b,c,p+i]",
                "the gradient of K has its columns in reverse order",
                "K"),
            Wrong(
                "conv1d-input-reversed",
                Slip.ReversedKernel,
                "dX[b,c,p+i] += G[b,o,p] K[o,c,k-1-i]",
                "the kernel is reversed in the gradient of X",
                "X"),
            Wrong(
                "conv1d-bias-mean",
                Slip.MeanOfBias,
                "db[o] = Σ_bp G[b,o,p]/(B p)",
                "the gradient of b is multiplied by 1/(Bp)",
                "b"),
        ],
        Kept = new(("B", 2), ("C", 2), ("O", 3), ("k", 2), ("p", 4)),
        Lines =
        [
            "forward    Y[b,o,p] = Σ_ci K[o,c,i] X[b,c,p+i] + b[o] [B,O,p]   of X [B,C,p+k−1] and K [O,C,k]",
            "backward   G = ∂L/∂Y                                 [B,O,p]   each product above is met once from either side",
            "           ∂K[o,c,i] = Σ_bp G[b,o,p] X[b,c,p+i]      [O,C,k]   again a correlation, of X with G",
            "           ∂X[b,c,l] = Σ_oi G[b,o,l−i] K[o,c,i]      [B,C,p+k−1]   a convolution: here the kernel is mirrored",
            "           ∂b[o] = Σ_bp G[b,o,p]                     [O×1]     over examples and places",
            "collapsed  ∂K = Σ_b G_b windows(X_b)ᵀ                [O×Ck]    a window is a column",
        ],
    };

    private static void Differentiate(ArrayCase x, ArrayGradients g, Slip slip = Slip.None)
    {
        var (B, C, O, k, P) = (x.Shape["B"], x.Shape["C"], x.Shape["O"], x.Shape["k"], x.Shape["p"]);
        var L = P + k - 1;
        double[] X = x["X"], K = x["K"], bias = x["b"];
        var Y = new double[B * O * P];
        foreach (var (b, o, c) in Places(B, O, C))
        {
            for (var p = 0; p < P; p++)
            {
                Y[(b * O + o) * P + p] += (c == 0 ? bias[o] : 0)
                    + Products.Dot(K, (o * C + c) * k, X, (b * C + c) * L + p, k);
            }
        }

        double[] G = x.OutputGradient(Y);
        var (dX, dK, db) = (new double[X.Length], new double[K.Length], new double[O]);
        foreach (var (b, o, c) in Places(B, O, C))
        {
            for (var p = 0; p < P; p++)
            {
                var d = G[(b * O + o) * P + p];
                for (var i = 0; i < k; i++)
                {
                    var mirrored = k - 1 - i;
                    dK[(o * C + c) * k + (slip == Slip.ReversedGradient ? mirrored : i)] += d * X[(b * C + c) * L + p + i];
                    dX[(b * C + c) * L + p + i] += d * K[(o * C + c) * k + (slip == Slip.ReversedKernel ? mirrored : i)];
                }

                db[o] += c == 0 ? d / (slip == Slip.MeanOfBias ? B * P : 1) : 0;
            }
        }

        (g["X"], g["K"], g["b"]) = (dX, dK, db);
    }

    // A window is a column of C·k entries: what is a convolution is a product, and so is what comes back.
    private static void Columns(ArrayCase x, ArrayGradients g)
    {
        var (B, C, O, k, P) = (x.Shape["B"], x.Shape["C"], x.Shape["O"], x.Shape["k"], x.Shape["p"]);
        var (L, area) = (P + k - 1, C * k);
        double[] X = x["X"], K = x["K"], bias = x["b"];
        var (Y, windows) = (new double[B * O * P], new double[B][]);
        for (var b = 0; b < B; b++)
        {
            windows[b] = new double[area * P];             // [C·k × p]
            for (var j = 0; j < area * P; j++)
            {
                windows[b][j] = X[(b * C + j / P / k) * L + j / P % k + j % P];
            }

            var product = Products.Of(K, windows[b], O, area, P);
            for (var j = 0; j < O * P; j++)
            {
                Y[b * O * P + j] = product[j] + bias[j / P];
            }
        }

        double[] G = x.OutputGradient(Y);
        var (dX, dK, db) = (new double[X.Length], new double[K.Length], new double[O]);
        for (var b = 0; b < B; b++)
        {
            var D = G[(b * O * P)..((b + 1) * O * P)];     // [O×p]
            Products.Add(1, Products.WithTransposed(D, windows[b], O, P, area), 0, dK, 0, dK.Length);
            var back = Products.OfTransposed(K, D, O, area, P);
            for (var j = 0; j < area * P; j++)
            {
                dX[(b * C + j / P / k) * L + j / P % k + j % P] += back[j];
            }

            for (var j = 0; j < O * P; j++)
            {
                db[j / P] += D[j];
            }
        }

        (g["X"], g["K"], g["b"]) = (dX, dK, db);
    }

    private static IEnumerable<(int B, int O, int C)> Places(int B, int O, int C) =>
        from b in Enumerable.Range(0, B) from o in Enumerable.Range(0, O) from c in Enumerable.Range(0, C) select (b, o, c);

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Arrays(
            s_network, name, $"wrong on purpose: {line}", (x, g) => Differentiate(x, g, slip)), line, says, places);
}

namespace GradOracle.Gallery.Sequences;

/// <summary>A convolution of images with a 3×3 kernel, stride 2 and padding 1, as at the head of a network.</summary>
internal static class Convolution2d
{
    private const int Side = 3;
    private const int Stride = 2;
    private const int Padding = 1;

    private static readonly Network s_network = Network.Define(
        "conv2d",
        ["B", "C", "O", "H", "W"],
        x => x.Input("X", "B", "C", "H", "W").Conv2d(x.Parameter("K", "O", "C", $"{Side}", $"{Side}"), Stride, Padding)
            + x.Parameter("b", "O", "1", "1"),
        smallest: [("H", 2), ("W", 2)]);

    private enum Slip
    {
        None,
        Gathered,
        Stride,
        Padding,
        KernelPadding,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network,
        ByHand.Arrays(
            s_network,
            "conv2d",
            "with u = 2p + i − 1: ∂K[o,c,i] = Σ G[b,o,p] X[b,c,u], ∂X[b,c,u] += G[b,o,p] K[o,c,i]",
            (x, g) => Differentiate(x, g)))
    {
        Others =
        [
            ByHand.Arrays(
                s_network, "conv2d-gathered", "∂X[b,c,u] = Σ G[b,o,p] K[o,c,i] over the p with 2p = u + 1 − i", (x, g) => Differentiate(x, g, Slip.Gathered)),
        ],
        Mistakes =
        [
            Wrong(
                "conv2d-stride",
                Slip.Stride,
                "dX[b,c,p+i-1] += G[b,o,p] K[o,c,i]",
                "the stride is forgotten in the gradient of X",
                "X"),
            Wrong(
                "conv2d-padding",
                Slip.Padding,
                "dX[b,c,2p+i] += G[b,o,p] K[o,c,i]",
                "the padding is forgotten in the gradient of X",
                "X"),
            Wrong(
                "conv2d-kernel-padding",
                Slip.KernelPadding,
                "dK[o,c,i] += G[b,o,p] X[b,c,2p+i]",
                "the padding is forgotten in the gradient of K",
                "K"),
        ],
        Kept = new(("B", 2), ("C", 2), ("O", 1), ("H", 4), ("W", 3)),
        Lines =
        [
            "forward    u = 2p + i − 1                                    p a place of Y, i one of the kernel, u one of X",
            "           Y[b,o,p] = Σ_ci K[o,c,i] X[b,c,u] + b[o]  [B,O,⌈H/2⌉,⌈W/2⌉]   beyond its ends X is 0",
            "backward   G = ∂L/∂Y, over the same p and i, where u is inside",
            "           ∂K[o,c,i] += G[b,o,p] X[b,c,u]            [O,C,3,3]",
            "           ∂X[b,c,u] += G[b,o,p] K[o,c,i]            [B,C,H,W]   windows overlap: an entry is in up to four",
            "           ∂b[o] += G[b,o,p]                         [O,1,1]",
        ],
    };

    private static void Differentiate(ArrayCase x, ArrayGradients g, Slip slip = Slip.None)
    {
        var (B, C, O, H, W) = (x.Shape["B"], x.Shape["C"], x.Shape["O"], x.Shape["H"], x.Shape["W"]);
        var (rows, columns) = ((H + 1) / 2, (W + 1) / 2);
        double[] X = x["X"], K = x["K"], bias = x["b"];
        var Y = new double[B * O * rows * columns];
        for (var y = 0; y < Y.Length; y++)
        {
            Y[y] = bias[y / (rows * columns) % O];
        }

        foreach (var (y, k, input) in Steps(Stride, Padding))
        {
            Y[y] += K[k] * X[input];
        }

        double[] G = x.OutputGradient(Y);
        var (dX, dK, db) = (new double[X.Length], new double[K.Length], new double[O]);
        foreach (var (y, k, input) in Steps(Stride, slip == Slip.KernelPadding ? 0 : Padding))
        {
            dK[k] += G[y] * X[input];
        }

        foreach (var (y, k, input) in slip == Slip.Gathered ? Gathered() : Steps(slip == Slip.Stride ? 1 : Stride, slip == Slip.Padding ? 0 : Padding))
        {
            dX[input] += G[y] * K[k];
        }

        for (var y = 0; y < G.Length; y++)
        {
            db[y / (rows * columns) % O] += G[y];
        }

        (g["X"], g["K"], g["b"]) = (dX, dK, db);

        // All products of the forward: the places of the output, the kernel and the input.
        IEnumerable<(int Y, int K, int X)> Steps(int stride, int padding)
        {
            for (var y = 0; y < B * O * rows * columns; y++)
            {
                var (b, o, p, q) = (
                    y / (rows * columns) / O, y / (rows * columns) % O, y / columns % rows, y % columns);
                for (var k = 0; k < C * Side * Side; k++)
                {
                    var (c, u, v) = (
                        k / (Side * Side), stride * p + k / Side % Side - padding, stride * q + k % Side - padding);
                    if (u >= 0 && u < H && v >= 0 && v < W)
                    {
                        yield return (y, o * C * Side * Side + k, ((b * C + c) * H + u) * W + v);
                    }
                }
            }
        }

        // The same, from the input: which windows an entry is in.
        IEnumerable<(int Y, int K, int X)> Gathered()
        {
            for (var input = 0; input < B * C * H * W; input++)
            {
                var (b, c, u, v) = (input / (H * W) / C, input / (H * W) % C, input / W % H, input % W);
                for (var k = 0; k < O * Side * Side; k++)
                {
                    var (o, i, j) = (k / (Side * Side), k / Side % Side, k % Side);
                    var (down, across) = (u + Padding - i, v + Padding - j); // 2p, 2q
                    var isPlace = down >= 0
                        && down % Stride == 0
                        && down / Stride < rows
                        && across >= 0
                        && across % Stride == 0
                        && across / Stride < columns;
                    if (isPlace)
                    {
                        yield return (
                            ((b * O + o) * rows + down / Stride) * columns + across / Stride,
                            (o * C + c) * Side * Side + i * Side + j,
                            input);
                    }
                }
            }
        }
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Arrays(
            s_network, name, $"wrong on purpose: {line}", (x, g) => Differentiate(x, g, slip)), line, says, places);
}

namespace GradOracle.Gallery.Sequences;

/// <summary>Maximum pooling of images in windows of 3×3, stride 2 and padding 1: windows overlap, and entries may be
/// equal.</summary>
internal static class MaximumPooling
{
    private const int Side = 3;
    private const int Stride = 2;
    private const int Padding = 1;

    private static readonly Network s_network = Network.Define(
        "max-pool",
        ["B", "C", "H", "W"],
        x => x.Parameter("γ", "C", "1", "1").Hadamard(
            x.Input("X", "B", "C", "H", "W")).Named("Z").MaxPool2d(Side, Stride, Padding),
        // With two windows along an axis one entry may be the largest of both, and the gradient of a cross-entropy over
        // them nothing.
        smallest: [("H", 5), ("W", 5)]);

    private enum Slip
    {
        None,
        SearchedAgain,
        EveryTie,
        Shared,
        Overwritten,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Arrays(
            s_network,
            "max-pool",
            "∂Z[argmax of the window] += G[window], the first of equal entries",
            (x, g) => Differentiate(x, g)))
    {
        Others = [ByHand.Arrays(s_network, "max-pool-searched", "the first entry of a window that equals its maximum gets G", (x, g) => Differentiate(x, g, Slip.SearchedAgain))],
        Mistakes =
        [
            Wrong(
                "max-pool-every-tie",
                Slip.EveryTie,
                "∂Z[u] += G[p] wherever Z[u] = Y[p]",
                "every one of equal entries gets all of the adjoint",
                "∂L/∂Z|X|γ"),
            Wrong(
                "max-pool-shared",
                Slip.Shared,
                "∂Z[u] += G[p]/(how many are equal)",
                "equal entries share the adjoint",
                "∂L/∂Z|X|γ"),
            Wrong(
                "max-pool-overwritten",
                Slip.Overwritten,
                "∂Z[argmax] = G[p]",
                "∂L/∂Z has only the last term of its sum",
                "∂L/∂Z|X|γ"),
        ],
        Kept = new(("B", 2), ("C", 2), ("H", 5), ("W", 6)),
        Lines =
        [
            "forward    Z = γ[c] X                                [B,C,H,W]",
            "           u = 2p + i − 1                                    p a place of Y, i from 0 to 2 in both directions",
            "           a[b,c,p] = the u of the largest Z[b,c,u]          of equal entries the first, row by row",
            "           Y[b,c,p] = Z[b,c,a[b,c,p]]                [B,C,⌈H/2⌉,⌈W/2⌉]",
            "backward   G = ∂L/∂Y                                 [B,C,⌈H/2⌉,⌈W/2⌉]",
            "           ∂Z[b,c,a[b,c,p]] += G[b,c,p]              [B,C,H,W]   an entry may be the largest of four windows",
            "           ∂X = γ[c] ∂Z                              [B,C,H,W]",
            "           ∂γ[c] = Σ_bu ∂Z X                         [C,1,1]",
        ],
    };

    private static void Differentiate(ArrayCase x, ArrayGradients g, Slip slip = Slip.None)
    {
        var (B, C, H, W) = (x.Shape["B"], x.Shape["C"], x.Shape["H"], x.Shape["W"]);
        var (rows, columns) = ((H + 1) / 2, (W + 1) / 2);
        double[] X = x["X"], scale = x["γ"];
        var Z = new double[X.Length];
        for (var i = 0; i < X.Length; i++)
        {
            Z[i] = scale[i / (H * W) % C] * X[i];
        }

        var (Y, argmax) = (new double[B * C * rows * columns], new int[B * C * rows * columns]);
        for (var y = 0; y < Y.Length; y++)
        {
            argmax[y] = Window(y).First();
            foreach (var u in Window(y).Where(u => Z[u] > Z[argmax[y]])) // the first of equal entries stays
            {
                argmax[y] = u;
            }

            Y[y] = Z[argmax[y]];
        }

        double[] G = x.OutputGradient(Y);
        var dZ = new double[Z.Length];
        for (var y = 0; y < Y.Length; y++)
        {
            var equal = Window(y).Where(u => Z[u] == Y[y]).ToList();
            if (slip == Slip.Overwritten)
            {
                dZ[argmax[y]] = G[y];
            }
            else if (slip is Slip.EveryTie or Slip.Shared)
            {
                equal.ForEach(u => dZ[u] += G[y] / (slip == Slip.Shared ? equal.Count : 1));
            }
            else
            {
                dZ[slip == Slip.SearchedAgain ? equal[0] : argmax[y]] += G[y];
            }
        }

        var (dX, dScale) = (new double[X.Length], new double[C]);
        for (var i = 0; i < X.Length; i++)
        {
            dX[i] = scale[i / (H * W) % C] * dZ[i];
            dScale[i / (H * W) % C] += dZ[i] * X[i];
        }

        (g["X"], g["γ"]) = (dX, dScale);

        IEnumerable<int> Window(int y)
        {
            var (plane, p, q) = (y / (rows * columns), y / columns % rows, y % columns);
            for (var u = Math.Max(0, Stride * p - Padding); u < Math.Min(H, Stride * p - Padding + Side); u++)
            {
                for (var v = Math.Max(0, Stride * q - Padding); v < Math.Min(W, Stride * q - Padding + Side); v++)
                {
                    yield return (plane * H + u) * W + v;
                }
            }
        }
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Arrays(
            s_network, name, $"wrong on purpose: {line}", (x, g) => Differentiate(x, g, slip)), line, says, places);
}

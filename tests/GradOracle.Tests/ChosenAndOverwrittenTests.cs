using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Maxima that send the adjoint elsewhere, and sums of which the last term alone is left: each with its
/// sentence, a right twin, and what is nearly that mistake.</summary>
public sealed class ChosenAndOverwrittenTests
{
    private const string Right = "";

    [TestCase(Right, false, "")]
    [TestCase(Right, true, "")]
    [TestCase("by size", false, "the largest by its size alone gets the adjoint in ∂L/∂A")]
    [TestCase("of X", false, "the largest of X gets the adjoint, not the largest of A, in ∂L/∂A")]
    [TestCase("every", true, "every one of equal entries gets all of the adjoint, not the first alone, in ∂L/∂A")]
    [TestCase("last", true, "the last of equal entries gets the adjoint, not the first, in ∂L/∂A")]
    [TestCase("written", false, "∂L/∂A has only the last of the windows that overlap: what comes later overwrites what came before")]
    [TestCase("doubled", false, "∂L/∂Ŷ is doubled")]
    public void Where_a_window_sends_its_adjoint_is_told(string mistake, bool hasEqual, string sentence)
    {
        var network = Network.Define(
            "overlapping",
            ["c", "l"],
            x => (x.Input("X", "c", "l") + x.Parameter("b", "c", "l")).Named("A").MaxPool1d(3, stride: 1)
                .Hadamard(x.Input("M", ["c", $"{x.Shape["l"] - 2}"], Holds.Mask())),
            smallest: [("l", 4)]);
        Said(network, (x, g) =>
        {
            var (c, l) = (x.Shape["c"], x.Shape["l"]);
            double[] X = x["X"], b = x["b"];
            double[] A = [.. X.Zip(b, (p, q) => p + q)];
            var windows = l - 2;
            int[] Window(int y) => [.. Enumerable.Range(y / windows * l + y % windows, 3)];
            double[] M = x["M"];
            double[] G = x.OutputGradient(M.Select((m, y) => m * Window(y).Max(u => A[u])).ToArray());
            var dA = new double[A.Length];
            for (var y = 0; y < G.Length; y++)
            {
                var window = Window(y);
                int[] equal = [.. window.Where(u => A[u] == window.Max(v => A[v]))];
                int[] chosen = mistake switch
                {
                    "by size" => [window.MaxBy(u => Math.Abs(A[u]))],
                    "of X" => [window.MaxBy(u => X[u])],
                    "every" => equal,
                    "last" => [equal[^1]],
                    _ => [equal[0]],
                };
                var D = G[y] * M[y] * (mistake == "doubled" ? 2 : 1);
                foreach (var u in chosen)
                {
                    dA[u] = mistake == "written" ? D : dA[u] + D;
                }
            }

            (g["X"], g["b"]) = (dA, dA.ToArray());
        }, sentence, hasEqual, ("l", 8));
    }

    [TestCase(Right, "")]
    [TestCase("windows", "the gradient of X has overlapping windows written over each other, not added up")]
    [TestCase("kernel", "the gradient of K has only the last term of its sum over the examples and within each")]
    [TestCase("positions", " counts in the gradient of K")]
    [TestCase("bias", "the gradient of b has only the last term of its sum: what comes later, be it 0, overwrites what came before")]
    [TestCase("half", "the gradient of K is halved")]
    public void A_convolution_that_writes_where_it_should_add_is_told(string mistake, string sentence)
    {
        var network = Network.Define(
            "written-over",
            ["B", "o", "w", "l"],
            x =>
            {
                var convolved = x.Input("X", "B", "1", "l").Conv1d(x.Parameter("K", "o", "1", "w"));
                return (convolved + x.Parameter("b", "o", "1")).Relu();
            },
            smallest: [("w", 2), ("l", 6)],
            largest: [("w", 4)]);
        Said(network, (x, g) =>
        {
            var (B, o, w, l) = (x.Shape["B"], x.Shape["o"], x.Shape["w"], x.Shape["l"]);
            double[] X = x["X"], K = x["K"], b = x["b"];
            var (places, Z) = (l - w + 1, new double[B * o * (l - w + 1)]);
            for (var j = 0; j < Z.Length; j++)
            {
                var (n, p, y) = (j / (o * places), j / places % o, j % places);
                Z[j] = b[p] + Enumerable.Range(0, w).Sum(k => K[p * w + k] * X[n * l + y + k]);
            }

            double[] G = x.OutputGradient(Z.Select(z => Math.Max(z, 0)).ToArray());
            double[] D = [.. G.Zip(Z, (d, z) => z > 0 ? d : 0)];
            double[] dX = new double[X.Length], dK = new double[K.Length], db = new double[o];
            for (var j = 0; j < B * places * w; j++)
            {
                var (n, y, k) = (j / (places * w), j / w % places, j % w);
                double Of(int p) => D[(n * o + p) * places + y];
                var sent = Enumerable.Range(0, o).Sum(p => K[p * w + k] * Of(p));
                dX[n * l + y + k] = mistake == "windows" ? sent : dX[n * l + y + k] + sent;
                for (var p = 0; p < o; p++)
                {
                    var term = X[n * l + y + k] * Of(p);
                    var counts = mistake != "positions" || y == places - 1;
                    dK[p * w + k] = mistake == "kernel" ? term : dK[p * w + k] + (counts ? term : 0);
                    db[p] = mistake == "bias" ? Of(p) : db[p] + (k == 0 ? Of(p) : 0);
                }
            }

            (g["X"], g["K"], g["b"]) = (dX, mistake == "half" ? dK.Select(v => v / 2).ToArray() : dK, db);
        }, sentence, ("B", 3), ("w", 3), ("l", 8));
    }

    [TestCase(Right, "")]
    [TestCase("over others", "the contribution of E in H is written over what other uses contribute to its rows, not added to it")]
    [TestCase("no others", "the contribution of E in Eᵀ is missing")]
    public void Rows_written_over_another_use_of_the_table_are_told(string mistake, string sentence)
    {
        var network = Network.Define(
            "tied-table",
            ["V", "t", "d"],
            x => x.Parameter("E", "V", "d").Rows(x.Input("ids", ["t"], Holds.Indices(below: "V"))).Named("H")
                * x["E"].Transposed(),
            rowsAreExamples: true);
        Said(network, (x, g) =>
        {
            var (V, t, d) = (x.Shape["V"], x.Shape["t"], x.Shape["d"]);
            double[] E = x["E"], ids = x["ids"];
            var (Y, dE, dRows) = (new double[t * V], new double[E.Length], new double[E.Length]);
            int At(int i, int j) => (int)ids[i] * d + j;
            for (var u = 0; u < t * V * d; u++)
            {
                var (i, k, j) = (u / (V * d), u / d % V, u % d);
                Y[i * V + k] += E[At(i, j)] * E[k * d + j];
            }

            double[] G = x.OutputGradient(Y);
            for (var u = 0; u < t * V * d; u++)
            {
                var (i, k, j) = (u / (V * d), u / d % V, u % d);
                dE[k * d + j] += mistake == "no others" ? 0 : G[i * V + k] * E[At(i, j)];
            }

            for (var i = 0; i < t; i++)
            {
                for (var j = 0; j < d; j++)
                {
                    var sent = Enumerable.Range(0, V).Sum(k => G[i * V + k] * E[k * d + j]);
                    (dE[At(i, j)], dRows[At(i, j)]) =
                        mistake == "over others" ? (sent, 0) : (dE[At(i, j)], dRows[At(i, j)] + sent);
                }
            }

            g["E"] = dE.Zip(dRows, (a, b) => a + b).ToArray();
        }, sentence, ("t", 7));
    }

    private static void Said(
        Network network,
        Action<ArrayCase, ArrayGradients> differentiate,
        string sentence,
        params (string Dimension, int Size)[] sizes) => Said(network, differentiate, sentence, false, sizes);

    // Among integers from −1 to 1 many are equal.
    private static void Said(
        Network network,
        Action<ArrayCase, ArrayGradients> differentiate,
        string sentence,
        bool hasEqual,
        params (string Dimension, int Size)[] sizes) =>
        Claims.Said(Derivation.Of(network, differentiate, network.Name), sentence, hasEqual ? 1 : null, sizes);
}

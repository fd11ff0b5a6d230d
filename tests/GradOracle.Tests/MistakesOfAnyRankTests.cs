using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Mistakes in code on flat arrays: pooling, a table's rows, a bias of channels; each with its sentence and a
/// right twin.</summary>
public sealed class MistakesOfAnyRankTests
{
    private const string Right = "";

    [TestCase(Right, "")]
    [TestCase("always the first", "the first entry gets the adjoint, whichever is the largest, in ∂L/∂(s ∘ X)")]
    [TestCase("shared", "all entries share the adjoint, where the largest gets it, in ∂L/∂(s ∘ X)")]
    public void What_becomes_of_the_adjoint_in_a_window_is_told(string mistake, string sentence)
    {
        var network = Network.Define(
            "pooled",
            ["c", "l"],
            x => x.Parameter("s", "c", "1").Hadamard(x.Input("X", "c", "l")).MaxPool1d(2),
            smallest: [("l", 2)]);
        Said(network, (x, g) =>
        {
            var (c, l) = (x.Shape["c"], x.Shape["l"]);
            double[] s = x["s"], X = x["X"];
            var (windows, Y) = (l / 2, new double[c * (l / 2)]);
            int First(int y) => y / windows * l + 2 * (y % windows);
            double Of(int u) => s[u / l] * X[u];
            int Largest(int y) => Of(First(y) + 1) > Of(First(y)) ? First(y) + 1 : First(y);
            for (var y = 0; y < Y.Length; y++)
            {
                Y[y] = Of(Largest(y));
            }

            double[] G = x.OutputGradient(Y);
            var (dX, ds) = (new double[X.Length], new double[c]);
            for (var y = 0; y < Y.Length; y++)
            {
                foreach (var u in mistake == "shared" ? (int[])[First(y), First(y) + 1] : [mistake == Right ? Largest(y) : First(y)])
                {
                    var d = mistake == "shared" ? G[y] / 2 : G[y];
                    dX[u] += d * s[u / l];
                    ds[u / l] += d * X[u];
                }
            }

            (g["X"], g["s"]) = (dX, ds);
        }, sentence, ("l", 6));
    }

    [TestCase(Right, "")]
    [TestCase("by the count", "of an index that comes several times the mean counts, not the sum, in the gradient of E")]
    public void Rows_that_are_divided_by_how_often_they_are_taken_are_told(string mistake, string sentence)
    {
        var network = Network.Define(
            "embedded",
            ["V", "t", "d"],
            x => x.Parameter("E", "V", "d").Rows(x.Input("ids", ["t"], Holds.Indices(below: "V"))),
            rowsAreExamples: true);
        Said(network, (x, g) =>
        {
            var (V, t, d) = (x.Shape["V"], x.Shape["t"], x.Shape["d"]);
            double[] E = x["E"], ids = x["ids"];
            int At(int j) => (int)ids[j / d] * d + j % d;
            double[] G = x.OutputGradient(Enumerable.Range(0, t * d).Select(j => E[At(j)]).ToArray());
            var dE = new double[V * d];
            for (var j = 0; j < t * d; j++)
            {
                dE[At(j)] += G[j] / (mistake == Right ? 1 : ids.Count(id => id == ids[j / d]));
            }

            g["E"] = dE;
        }, sentence, ("t", 7));
    }

    [TestCase(Right, "")]
    [TestCase("last example", "only the last example counts in the gradient of b")]
    [TestCase("position left out", "the last entry along axis 2 is left out of the gradient of b")]
    public void A_bias_of_channels_that_is_not_summed_over_all_is_told(string mistake, string sentence)
    {
        var network = Network.Define(
            "channels", ["B", "c", "l"], x => x.Input("X", "B", "c", "l") + x.Parameter("b", "c", "1"));
        Said(network, (x, g) =>
        {
            var (B, c, l) = (x.Shape["B"], x.Shape["c"], x.Shape["l"]);
            double[] X = x["X"], b = x["b"];
            double[] G = x.OutputGradient(X.Select((v, j) => v + b[j / l % c]).ToArray());
            var db = new double[c];
            for (var j = 0; j < G.Length; j++)
            {
                var isLeftOut = mistake == "last example" ? j / (c * l) < B - 1
                    : mistake == "position left out" && j % l == l - 1;
                db[j / l % c] += isLeftOut ? 0 : G[j];
            }

            (g["X"], g["b"]) = (G, db);
        }, sentence);
    }

    private static void Said(
        Network network,
        Action<ArrayCase, ArrayGradients> differentiate,
        string sentence,
        params (string Dimension, int Size)[] sizes) =>
        Claims.Said(Derivation.Of(network, differentiate, network.Name), sentence, sizes);
}

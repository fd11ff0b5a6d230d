namespace GradOracle.ML.Tests;

/// <summary>The gradients of three regressions, written by hand: (Σ loss + l2/2 ‖W‖²) / N, biases first.</summary>
internal static class ByHand
{
    public static Func<double[], double[]> Logistic(Rows rows, double l2) =>
        Linear(rows, l2, (z, i) => 1 / (1 + Math.Exp(-z)) - (rows.Flags[i] ? 1 : 0));

    public static Func<double[], double[]> Poisson(Rows rows, double l2) =>
        Linear(rows, l2, (z, i) => Math.Exp(z) - rows.Counts[i]);

    public static Func<double[], double[]> Softmax(Rows rows, double l2, int classes = 3) => w =>
    {
        var (N, n) = (rows.X.Length, rows.X[0].Length);
        var g = new double[w.Length];
        for (var i = 0; i < N; i++)
        {
            var e = new double[classes];
            for (var c = 0; c < classes; c++)
            {
                var z = w[c];
                for (var j = 0; j < n; j++)
                {
                    z += w[classes + c * n + j] * rows.X[i][j];
                }

                e[c] = Math.Exp(z);
            }

            for (var c = 0; c < classes; c++)
            {
                var d = e[c] / e.Sum() - (rows.Classes[i] == c ? 1 : 0);
                g[c] += d / N;
                for (var j = 0; j < n; j++)
                {
                    g[classes + c * n + j] += d * rows.X[i][j] / N;
                }
            }
        }

        for (var j = classes; j < g.Length; j++)
        {
            g[j] += l2 * w[j] / N;
        }

        return g;
    };

    private static Func<double[], double[]> Linear(Rows rows, double l2, Func<double, int, double> slope) => w =>
    {
        var (N, n) = (rows.X.Length, rows.X[0].Length);
        var g = new double[w.Length];
        for (var i = 0; i < N; i++)
        {
            var z = w[0];
            for (var j = 0; j < n; j++)
            {
                z += w[j + 1] * rows.X[i][j];
            }

            var d = slope(z, i);
            g[0] += d / N;
            for (var j = 0; j < n; j++)
            {
                g[j + 1] += d * rows.X[i][j] / N;
            }
        }

        for (var j = 1; j < g.Length; j++)
        {
            g[j] += l2 * w[j] / N;
        }

        return g;
    };
}

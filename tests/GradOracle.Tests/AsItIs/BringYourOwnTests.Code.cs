using System.Runtime.InteropServices;

namespace GradOracle.Tests.AsItIs;

/// <content>The code that is brought: what the examples call.</content>
public sealed partial class BringYourOwnTests
{
    private static readonly Network linear = AsItIsNetworks.Linear;
    private static readonly Network matmul = AsItIsNetworks.Matmul;
    private static readonly Network perceptron = AsItIsNetworks.Perceptron;
    private static readonly Network product = Network.Define("product", ["n", "B"], x => x.Parameter("A", "n", "B").Hadamard(x.Input("B", "n", "B")));

    private static int[] Labels(int examples, int classes) => LabelledCrossEntropy.Labels(examples, classes);

    private static void MatmulForward(float[] y, float[] inp, float[] weight, float[] bias, int B, int C, int OC) =>
        Kernels.MatmulForward(y, inp, weight, bias, B, C, OC);

    private static void MatmulBackward(
        float[] dinp, float[] dweight, float[] dbias, float[] dout, float[] inp, float[] weight, int B, int C, int OC) =>
        Kernels.MatmulBackward(dinp, dweight, dbias, dout, inp, weight, B, C, OC);

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        var c = new double[a.GetLength(0), b.GetLength(1)];
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < b.GetLength(1); j++)
            {
                for (var k = 0; k < a.GetLength(1); k++)
                {
                    c[i, j] += a[i, k] * b[k, j];
                }
            }
        }

        return c;
    }

    private static double[,] Transpose(double[,] a)
    {
        var t = new double[a.GetLength(1), a.GetLength(0)];
        for (var i = 0; i < a.GetLength(0); i++)
        {
            for (var j = 0; j < a.GetLength(1); j++)
            {
                t[j, i] = a[i, j];
            }
        }

        return t;
    }

    private static class RowLayer
    {
        public static double[][] Forward(double[][] W, double[][] rows) =>
            [.. rows.Select(row => W.Select(w => w.Zip(row, (a, b) => a * b).Sum()).ToArray())];

        public static (double[][] dW, double[][] dRows) Backward(double[][] W, double[][] rows, double[][] G)
        {
            double[][] dW = [.. W.Select((w, o) => w.Select((_, i) => rows.Select((row, b) => G[b][o] * row[i]).Sum()).ToArray())];
            double[][] dRows = [.. rows.Select((row, b) => row.Select((_, i) => W.Select((w, o) => G[b][o] * w[i]).Sum()).ToArray())];
            return (dW, dRows);
        }
    }

    private static class SpanLayer
    {
        public static void Multiply(ReadOnlySpan<double> W, ReadOnlySpan<double> X, Span<double> Y, Shape s)
        {
            var (n, m, B) = (s["n"], s["m"], s["B"]);
            Y.Clear();
            for (var i = 0; i < m * n * B; i++)
            {
                var (o, k, b) = (i / (n * B), i / B % n, i % B);
                Y[o * B + b] += W[o * n + k] * X[k * B + b];
            }
        }

        public static void Backward(
            ReadOnlySpan<double> W, ReadOnlySpan<double> X, ReadOnlySpan<double> G, Span<double> dW, Span<double> dX, Shape s)
        {
            var (n, m, B) = (s["n"], s["m"], s["B"]);
            dW.Clear();
            dX.Clear();
            for (var i = 0; i < m * n * B; i++)
            {
                var (o, k, b) = (i / (n * B), i / B % n, i % B);
                dW[o * n + k] += G[o * B + b] * X[k * B + b];
                dX[k * B + b] += G[o * B + b] * W[o * n + k];
            }
        }
    }

    // Rows are examples: tanh(X Wᵀ + b).
    private sealed class HiddenLayer(double[,] W, double[] b)
    {
        private double[,] _x = new double[0, 0];
        private double[,] _y = new double[0, 0];

        public double[,] Forward(double[,] X)
        {
            _x = X;
            _y = Multiply(X, Transpose(W));
            for (var r = 0; r < _y.GetLength(0); r++)
            {
                for (var i = 0; i < b.Length; i++)
                {
                    _y[r, i] = Math.Tanh(_y[r, i] + b[i]);
                }
            }

            return _y;
        }

        public (double[,] DX, double[,] DW, double[] Db) Backward(double[,] G)
        {
            var (D, db) = (new double[G.GetLength(0), b.Length], new double[b.Length]);
            for (var r = 0; r < G.GetLength(0); r++)
            {
                for (var i = 0; i < b.Length; i++)
                {
                    D[r, i] = G[r, i] * (1 - _y[r, i] * _y[r, i]);
                    db[i] += D[r, i];
                }
            }

            return (Multiply(D, W), Multiply(Transpose(D), _x), db);
        }
    }

    // As a library of C has them; here it is managed code behind an unmanaged pointer.
    private static unsafe class Native
    {
        public static readonly delegate* unmanaged<double*, double*, double*, int, int, int, void> Forward = &Multiply;

        public static readonly delegate* unmanaged<double*, double*, double*, double*, double*, int, int, int, void> Backward = &Differentiate;

        [UnmanagedCallersOnly]
        private static void Multiply(double* W, double* X, double* Y, int n, int m, int B)
        {
            for (var o = 0; o < m; o++)
            {
                for (var b = 0; b < B; b++)
                {
                    Y[o * B + b] = 0;
                    for (var k = 0; k < n; k++)
                    {
                        Y[o * B + b] += W[o * n + k] * X[k * B + b];
                    }
                }
            }
        }

        [UnmanagedCallersOnly]
        private static void Differentiate(double* W, double* X, double* G, double* dW, double* dX, int n, int m, int B)
        {
            new Span<double>(dW, m * n).Clear();
            new Span<double>(dX, n * B).Clear();
            for (var o = 0; o < m; o++)
            {
                for (var b = 0; b < B; b++)
                {
                    for (var k = 0; k < n; k++)
                    {
                        dW[o * n + k] += G[o * B + b] * X[k * B + b];
                        dX[k * B + b] += G[o * B + b] * W[o * n + k];
                    }
                }
            }
        }
    }
}

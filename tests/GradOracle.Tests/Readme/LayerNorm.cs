using GradOracle.NUnit;
using NUnit.Framework;

namespace GradOracle.Tests.Readme;

internal static class LayerNorm
{
    public static Network Network { get; } = Network.Define("layer-norm", ["B", "d"], x =>
    {
        var X = x.Input("X", "B", "d");                                       // a row for each example
        var C = (X - X.Mean(1, keepDims: true)).Named("C");
        var v = C.Squared().Mean(1, keepDims: true).Named("v");
        var N = C / (v + 1e-5).Sqrt();
        return N.Named("N").Hadamard(x.Parameter("gamma", "d")) + x.Parameter("beta", "d");
    }, smallest: [("d", 2)]);

    public static (double[,] Y, double[,] N, double[] Scale) Forward(double[,] X, double[] gamma, double[] beta)
    {
        var (B, d) = (X.GetLength(0), X.GetLength(1));
        var (Y, N, scale) = (new double[B, d], new double[B, d], new double[B]);
        for (var b = 0; b < B; b++)
        {
            var (mean, variance) = (0.0, 0.0);
            for (var i = 0; i < d; i++) mean += X[b, i] / d;
            for (var i = 0; i < d; i++) variance += (X[b, i] - mean) * (X[b, i] - mean) / d;
            scale[b] = 1 / Math.Sqrt(variance + 1e-5);
            for (var i = 0; i < d; i++) Y[b, i] = (N[b, i] = (X[b, i] - mean) * scale[b]) * gamma[i] + beta[i];
        }

        return (Y, N, scale);
    }

    public static (double[,] dX, double[] dGamma, double[] dBeta) Backward(double[,] G, double[,] N, double[] gamma, double[] scale)
    {
        var (B, d) = (G.GetLength(0), G.GetLength(1));
        var (dX, dGamma, dBeta) = (new double[B, d], new double[d], new double[d]);
        for (var b = 0; b < B; b++)
        {
            var (mean, along) = (0.0, 0.0);
            for (var i = 0; i < d; i++) mean += G[b, i] * gamma[i] / d;
            for (var i = 0; i < d; i++) along += G[b, i] * gamma[i] * N[b, i] / d;
            for (var i = 0; i < d; i++)
            {
                dX[b, i] = scale[b] * (G[b, i] * gamma[i] - mean - N[b, i] * along);
                dGamma[i] += G[b, i] * N[b, i];
                dBeta[i] += G[b, i];
            }
        }

        return (dX, dGamma, dBeta);
    }
}

public sealed class LayerNormTests
{
    [Test]
    public void Layer_norm_agrees_with_autograd() => GradientAssert.Agrees(LayerNorm.Network, (x, g) =>
    {
        var (Y, N, scale) = LayerNorm.Forward(x["X"], x["gamma"], x["beta"]);
        (g["X"], g["gamma"], g["beta"]) = LayerNorm.Backward(x.OutputGradient(Y), N, x["gamma"], scale);
    });
}

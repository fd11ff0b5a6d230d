using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>The examples of the page.</summary>
public sealed class PageExamples
{
    private static readonly string s_path =
        Path.Combine(Directory.CreateTempSubdirectory("gradoracle-onnx-").FullName, "model.onnx");

    private static readonly Network s_network = Network.Define("mine", ["n", "m", "B"], x =>
        (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).AddBias(x.Parameter("b", "m", "1")).Sigmoid());

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(Path.GetDirectoryName(s_path)!, recursive: true);

    [Test]
    public void OnnxRuntime_scores_what_I_state() => OnnxForward.Agrees(s_network);

    [Test]
    public void My_gradient_is_that_of_what_OnnxRuntime_scores()
    {
        var found = OnnxForward.CheckGradients(Derivation.Of(s_network, Mine), new() { Cases = 20, MaxSize = 4 });

        Assert.That(found.Verdict, Is.EqualTo(Verdict.Agrees), found.ToString());
    }

    [Test]
    public void What_I_deploy_is_what_was_checked() =>
        s_network.SaveOnnx(s_path, new Shape(("n", 4), ("m", 2), ("B", 1)), new Dictionary<string, double[]>
        {
            ["W"] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
            ["b"] = [0, -1],
        });

    private static void Mine(ArrayCase x, ArrayGradients g)
    {
        var (W, X, b) = ((double[,])x["W"], (double[,])x["X"], (double[,])x["b"]);
        var (m, n, B) = (W.GetLength(0), W.GetLength(1), X.GetLength(1));
        var Y = new double[m, B];
        for (var i = 0; i < m; i++)
        {
            for (var s = 0; s < B; s++)
            {
                var z = b[i, 0];
                for (var j = 0; j < n; j++)
                {
                    z += W[i, j] * X[j, s];
                }

                Y[i, s] = 1 / (1 + Math.Exp(-z));
            }
        }

        g.Output = Y;
        var G = (double[,])x.OutputGradient(Y);
        var (dW, dX, db) = (new double[m, n], new double[n, B], new double[m, 1]);
        for (var i = 0; i < m; i++)
        {
            for (var s = 0; s < B; s++)
            {
                var d = G[i, s] * Y[i, s] * (1 - Y[i, s]);
                db[i, 0] += d;
                for (var j = 0; j < n; j++)
                {
                    dW[i, j] += d * X[j, s];
                    dX[j, s] += d * W[i, j];
                }
            }
        }

        (g["W"], g["X"], g["b"]) = (dW, dX, db);
    }
}

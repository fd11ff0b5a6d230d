using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>What is saved is what ML.NET scores, a row at a time.</summary>
public sealed class DeployTests
{
    [Test]
    public void ML_NET_scores_the_file_as_OnnxRuntime_does()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("gradoracle-onnx-").FullName, "mlp.onnx");
        var perceptron = Network.Define("perceptron", ["n", "h", "B"], x =>
        {
            var sum = (x.Parameter("W1", "h", "n") * x.Input("X", "n", "B")).AddBias(x.Parameter("b1", "h", "1"));
            return x.Parameter("W2", "1", "h") * sum.Tanh();
        });
        perceptron.SaveOnnx(path, new Shape(("n", 2), ("h", 3), ("B", 1)), new Dictionary<string, double[]>
        {
            ["W1"] = [1, -1, 0.5, 0.25, 2, 0],
            ["b1"] = [0, 0.5, -1],
            ["W2"] = [1, 2, -0.5],
        });
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new Row { X = [1, 2] }, new Row { X = [-0.5f, 0.125f] }]);
        var scored = ml.Transforms.ApplyOnnxModel(["Ŷ"], ["X"], path).Fit(data).Transform(data);

        var received = scored.GetColumn<float[]>("Ŷ").Select(y => y[0]).ToList();

        Assert.That(received, Is.EqualTo([Of(1, 2), Of(-0.5, 0.125)]).Within(1e-6));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        static double Of(double a, double b) =>
            Math.Tanh(a - b) + 2 * Math.Tanh(0.5 * a + 0.25 * b + 0.5) - 0.5 * Math.Tanh(2 * a - 1);
    }

    private sealed class Row
    {
        [VectorType(2, 1)]
        public float[] X { get; set; } = [];
    }
}

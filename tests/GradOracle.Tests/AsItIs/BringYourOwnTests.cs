using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using GradOracle.NUnit;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests.AsItIs;

/// <summary>The examples of the page on bringing your own code: each region stands there word for word, and is run
/// here.</summary>
public sealed partial class BringYourOwnTests
{
    private static readonly string s_page = Path.Combine(Repository.Root, "src", "docs", "bring-your-own.md");

    [Test]
    public void Every_example_of_the_page_is_one_that_is_run_here()
    {
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "GradOracle.Tests", "AsItIs", "BringYourOwnTests.cs"));
        var run = Region().Matches(source).Select(r => Unindented(r.Groups[1].Value)).ToList();
        var shown = Example().Matches(File.ReadAllText(s_page)).Select(e => e.Groups[1].Value.TrimEnd()).ToList();

        Assert.That(shown, Is.EquivalentTo(run));
        Assert.That(run, Has.Count.GreaterThanOrEqualTo(10));
    }

    [Test]
    public void Arrays_of_two_dimensions()
    {
        #region
        GradientAssert.Agrees(linear, (x, g) =>
        {
            double[,] W = x["W"], X = x["X"];
            double[,] G = x.OutputGradient(Multiply(W, X));
            g["W"] = Multiply(G, Transpose(X));
            g["X"] = Multiply(Transpose(W), G);
        });
        #endregion
    }

    [Test]
    public void Examples_the_other_way_round()
    {
        #region
        GradientAssert.Agrees(linear, (x, g) =>
        {
            double[][] W = x["W"], rows = x["X"].T;                 // a row for each example
            double[][] G = x.OutputGradient(((AnyTensor)RowLayer.Forward(W, rows)).T).T;
            var (dW, dRows) = RowLayer.Backward(W, rows, G);
            g["W"] = dW;
            g["X"].T = dRows;
        });
        #endregion
    }

    [Test]
    public void Kernels_that_add_to_what_is_there()
    {
        #region
        GradientAssert.Agrees(matmul, (x, g) =>
        {
            var (B, C, OC) = (x.Shape["B"], x.Shape["C"], x.Shape["OC"]);
            g.Accumulates();
            MatmulForward(g.Output, x["inp"], x["weight"], x["bias"], B, C, OC);
            float[] dout = x.OutputGradient(g.Output);
            MatmulBackward(g["inp"], g["weight"], g["bias"], dout, x["inp"], x["weight"], B, C, OC);
        });
        #endregion
    }

    [Test]
    public void Spans()
    {
        #region
        GradientAssert.Agrees(linear, (x, g) =>
        {
            ReadOnlySpan<double> W = x["W"], X = x["X"];
            SpanLayer.Multiply(W, X, g.Output, x.Shape);                // writes over what is there
            SpanLayer.Backward(W, X, x.OutputGradient(g.Output), g["W"], g["X"], x.Shape);
        });
        #endregion
    }

    [Test]
    public void Matrices_of_MathNet()
    {
        #region
        GradientAssert.Agrees(linear, (x, g) =>
        {
            Matrix<double> W = x["W"], X = x["X"];
            Matrix<double> G = x.OutputGradient(W * X);
            (g["W"], g["X"]) = (G * X.Transpose(), W.Transpose() * G);
        });
        #endregion
    }

    [Test]
    public void Tensors_of_the_runtime()
    {
        #region
        GradientAssert.Agrees(product, (x, g) =>
        {
            Tensor<float> A = x["A"], B = x["B"];
            Tensor<float> G = x.OutputGradient(Tensor.Multiply<float>(A, B));
            (g["A"], g["B"]) = (Tensor.Multiply<float>(G, B), Tensor.Multiply<float>(G, A));
        });
        #endregion
    }

    [Test]
    public void Torch_operations_without_autograd()
    {
        #region
        GradientAssert.Agrees(linear, (x, g) =>
        {
            torch.Tensor W = x["W"], X = x["X"];
            torch.Tensor G = x.OutputGradient(W.mm(X));
            (g["W"], g["X"]) = (G.mm(X.t()), W.t().mm(G));
        });
        #endregion
    }

    [Test]
    public unsafe void A_function_of_C()
    {
        delegate* unmanaged<double*, double*, double*, int, int, int, void> forward = Native.Forward;
        delegate* unmanaged<double*, double*, double*, double*, double*, int, int, int, void> backward = Native.Backward;
        #region
        GradientAssert.Agrees(linear, (x, g) =>
        {
            var (n, m, B) = (x.Shape["n"], x.Shape["m"], x.Shape["B"]);
            forward(x["W"], x["X"], g.Output, n, m, B);
            backward(x["W"], x["X"], x.OutputGradient(g.Output), g["W"], g["X"], n, m, B);
        });
        #endregion
    }

    [Test]
    public void Some_gradients_only()
    {
        #region
        GradientAssert.Agrees(linear.Differentiates("W"), (x, g) =>
        {
            Matrix<double> W = x["W"], X = x["X"];
            Matrix<double> G = x.OutputGradient(W * X);
            g["W"] = G * X.Transpose();
        });
        #endregion
    }

    [Test]
    public void A_loss_of_its_own()
    {
        #region
        GradientAssert.Agrees(perceptron.Differentiates("W1", "b1", "W2", "b2"), (x, g) =>
        {
            var mine = new Perceptron(x["W1"], x["b1"], x["W2"], x["b2"]);
            g.Output = mine.Forward(x["X"]);
            mine.Backward(Labels(x.Shape["B"], x.Shape["m"]));
            (g["W1"], g["b1"], g["W2"], g["b2"]) = (mine.DW1, mine.Db1, mine.DW2, mine.Db2);
        }, new CheckOptions { Losses = [new LabelledCrossEntropy()] });
        #endregion
    }

    [Test]
    public void A_function_of_TorchSharp_as_the_network()
    {
        #region
        var network = Network.Of("hidden-layer", ["n", "h", "B"], x => torch.tanh(
            torch.nn.functional.linear(x.Input("X", "B", "n"), x.Parameter("W", "h", "n"), x.Parameter("b", "h"))));

        GradientAssert.Agrees(network, (x, g) =>
        {
            var mine = new HiddenLayer(x["W"], x["b"]);
            g.Output = mine.Forward(x["X"]);
            (g["X"], g["W"], g["b"]) = mine.Backward(x.OutputGradient(g.Output));
        });
        #endregion
    }

    [Test]
    public void A_module_as_the_network()
    {
        #region
        var network = Network.Of("encoder", ["n", "h", "B"],
            s => torch.nn.Sequential(("hidden", torch.nn.Linear(s["n"], s["h"])), ("tanh", torch.nn.Tanh())),
            (module, x) => module.forward(x.Input("X", "B", "n")));

        GradientAssert.Agrees(network, (x, g) =>
        {
            var mine = new HiddenLayer(x["hidden_weight"], x["hidden_bias"]);
            g.Output = mine.Forward(x["X"]);
            (g["X"], g["hidden_weight"], g["hidden_bias"]) = mine.Backward(x.OutputGradient(g.Output));
        });
        #endregion
    }

    [Test]
    public void A_graph_and_TorchSharp_code()
    {
        #region
        GradientAssert.Agrees(linear.StatedBy(x => x["W"].mm(x["X"])));
        #endregion
    }

    [GeneratedRegex(@"#region\r?\n(.*?)\r?\n *#endregion", RegexOptions.Singleline)]
    private static partial Regex Region();

    [GeneratedRegex(@"```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    private static string Unindented(string code) => string.Join('\n', code.Split('\n').Select(l => l.Length > 8 ? l[8..] : l.TrimEnd())).TrimEnd();
}

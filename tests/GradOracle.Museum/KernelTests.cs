using GradOracle.NUnit;
using GradOracle.Tests.AsItIs;
using NUnit.Framework;

namespace GradOracle.Museum;

/// <summary>
/// Kernels in the manner of llm.c, github.com/karpathy/llm.c at f1e2ace651495b74ae22d45d1723443fd00ecd3a, train_gpt2.c:
/// floats in flat arrays, rows as examples, gradients added. They pass as they are written.
/// </summary>
public sealed class KernelTests
{
    private static readonly Network s_matmul = Network.Define(
        "matmul", ["B", "C", "OC"],
        x => x.Input("inp", "B", "C") * x.Parameter("weight", "OC", "C").Transposed() + x.Parameter("bias", "OC"),
        rowsAreExamples: true);

    private static readonly Network s_gelu =
        Network.Define("gelu", ["B", "C"], x => x.Input("inp", "B", "C").GeluTanh(), rowsAreExamples: true);

    private static readonly Network s_layerNorm = Network.Define(
        "layernorm", ["B", "C"],
        x =>
        {
            var X = x.Input("inp", "B", "C");
            var centred = X - X.Mean(1, keepDims: true);
            var norm = centred / (centred.Squared().Mean(1, keepDims: true) + Kernels.Epsilon).Sqrt();
            return norm.Hadamard(x.Parameter("weight", "C")) + x.Parameter("bias", "C");
        },
        smallest: [("C", 2)], rowsAreExamples: true);

    // Two heads of two: the sizes of the product C = heads · size are no dimensions of their own.
    private const int Heads = 2;
    private const int Size = 2;

    private static readonly Network s_attention = Network.Define(
        "attention", ["B", "T"],
        x =>
        {
            var (B, T) = (x.Shape["B"], x.Shape["T"]);
            var mask = x.Input("mask", ["T", "T"], Holds.Fixed(at => at[1] <= at[0] ? 1 : 0));
            var packed = x.Input("inp", "B", "T", $"{3 * Heads * Size}").Reshape(B, T, 3, Heads, Size);
            var parts = packed.Permute(2, 0, 3, 1, 4);
            Node Part(int i) => parts.Slice(0, i, 1).Reshape(B, Heads, T, Size);
            var scores = (Part(0) * Part(1).Transposed()).Scaled(1 / Math.Sqrt(Size));
            var mixed = scores.Where(mask, double.NegativeInfinity).Softmax(-1) * Part(2);
            return mixed.Permute(0, 2, 1, 3).Reshape(B, T, Heads * Size);
        },
        smallest: [("T", 2)]);

    [Test]
    public void The_matrix_product_passes_as_it_is_written() => GradientAssert.Agrees(s_matmul, (x, g) =>
    {
        var (B, C, OC) = (x.Shape["B"], x.Shape["C"], x.Shape["OC"]);
        g.Accumulates();
        Kernels.MatmulForward(g.Output, x["inp"], x["weight"], x["bias"], B, C, OC);
        Kernels.MatmulBackward(
            g["inp"], g["weight"], g["bias"], x.OutputGradient(g.Output), x["inp"], x["weight"], B, C, OC);
    }, Exhibit.Few);

    [Test]
    public void Gelu_passes_as_it_is_written() => GradientAssert.Agrees(s_gelu, (x, g) =>
    {
        g.Accumulates();
        Kernels.GeluForward(g.Output, x["inp"]);
        Kernels.GeluBackward(g["inp"], x["inp"], x.OutputGradient(g.Output));
    }, Exhibit.Few);

    [Test]
    public void The_layer_norm_passes_as_it_is_written() => GradientAssert.Agrees(s_layerNorm, (x, g) =>
    {
        var (B, C) = (x.Shape["B"], x.Shape["C"]);
        var (mean, rstd) = (new float[B], new float[B]);
        g.Accumulates();
        Kernels.LayerNormForward(g.Output, mean, rstd, x["inp"], x["weight"], x["bias"], B, C);
        Kernels.LayerNormBackward(
            g["inp"], g["weight"], g["bias"], x.OutputGradient(g.Output), x["inp"], x["weight"], mean, rstd, B, C);
    }, Exhibit.Few);

    [Test]
    public void Attention_passes_as_it_is_written() =>
        GradientAssert.Agrees(s_attention, (x, g) => Attention(x, g, overwrites: false), Exhibit.Few);

    [Test]
    public void A_kernel_that_overwrites_what_it_should_add_to_is_told()
    {
        var report = Exhibit.Report(s_attention, (x, g) => Attention(x, g, overwrites: true));

        Assert.That(report, Does.Contain("called twice into one buffer it does not leave the sum of both"), report);
    }

    private static void Attention(ArrayCase x, ArrayGradients g, bool overwrites)
    {
        var (B, T) = (x.Shape["B"], x.Shape["T"]);
        var weights = new float[B * Heads * T * T];
        g.Accumulates();
        AttentionKernel.Forward(g.Output, weights, x["inp"], B, T, Heads * Size, Heads);
        float[] dinp = g["inp"];
        if (overwrites)
        {
            Array.Clear(dinp);
        }

        AttentionKernel.Backward(dinp, x.OutputGradient(g.Output), x["inp"], weights, B, T, Heads * Size, Heads);
    }
}

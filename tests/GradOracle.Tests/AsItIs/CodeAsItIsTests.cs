using GradOracle.NUnit;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests.AsItIs;

/// <summary>Code that exists, as it is: an adapter of a few lines, and wrong code behind the same adapter.</summary>
public sealed class CodeAsItIsTests
{
    private static readonly CheckOptions s_labels =
        new() { Losses = [new LabelledCrossEntropy()], Kinds = [CaseKind.Real], MaxSize = 6 };
    private static readonly CheckOptions s_few = new() { Cases = 20, MaxSize = 6 };

    [TestCase(16)]
    [TestCase(32)]
    [TestCase(64)]
    public void What_is_wrong_where_the_last_block_is_full_does_not_agree(int block) =>
        Assert.That(WrongWhere(x => x["B"] % block == 0), Is.EqualTo(Verdict.Disagrees));

    [Test]
    public void What_is_wrong_with_several_tiles_both_ways_does_not_agree()
    {
        Assert.That(WrongWhere(x => x["n"] > 16 && x["m"] > 16), Is.EqualTo(Verdict.Disagrees));
        Assert.That(WrongWhere(x => x["m"] > 16 && x["B"] > 16), Is.EqualTo(Verdict.Disagrees));
        Assert.That(WrongWhere(_ => false), Is.EqualTo(Verdict.Agrees));
    }

    private static Verdict WrongWhere(Func<Shape, bool> isWrong) => GradientCheck.Run(
        AsItIsNetworks.Linear,
        (x, g) =>
        {
            Matrix<double> W = x["W"], X = x["X"];
            Matrix<double> G = x.OutputGradient(W * X);
            (g["W"], g["X"]) = (G * X.Transpose() * (isWrong(x.Shape) ? 2 : 1), W.Transpose() * G);
        }).Verdict;

    [Test]
    public void A_perceptron_of_arrays_and_integer_labels_agrees() => GradientAssert.Agrees(
        AsItIsNetworks.Perceptron.Differentiates("W1", "b1", "W2", "b2"),
        (x, g) =>
        {
            var perceptron = new Perceptron(x["W1"], x["b1"], x["W2"], x["b2"]);
            g.Output = perceptron.Forward(x["X"]);
            perceptron.Backward(LabelledCrossEntropy.Labels(x.Shape["B"], x.Shape["m"]));
            (g["W1"], g["b1"]) = (perceptron.DW1, perceptron.Db1);
            (g["W2"], g["b2"]) = (perceptron.DW2, perceptron.Db2);
        },
        s_labels);

    [Test]
    public void A_perceptron_that_is_given_other_labels_is_caught()
    {
        var result = GradientCheck.Run(
            AsItIsNetworks.Perceptron.Differentiates("W1", "b1", "W2", "b2"),
            (x, g) =>
            {
                var perceptron = new Perceptron(x["W1"], x["b1"], x["W2"], x["b2"]);
                g.Output = perceptron.Forward(x["X"]);
                perceptron.Backward([.. LabelledCrossEntropy.Labels(x.Shape["B"], x.Shape["m"]).Reverse()]);
                (g["W1"], g["b1"]) = (perceptron.DW1, perceptron.Db1);
                (g["W2"], g["b2"]) = (perceptron.DW2, perceptron.Db2);
            },
            s_labels);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void A_kernel_on_flat_floats_that_accumulates_agrees_in_float32()
    {
        var result = GradientCheck.Run(AsItIsNetworks.Matmul, (x, g) =>
        {
            var (B, C, OC) = (x.Shape["B"], x.Shape["C"], x.Shape["OC"]);
            g.Accumulates();
            Kernels.MatmulForward(g.Output, x["inp"], x["weight"], x["bias"], B, C, OC);
            float[] dout = x.OutputGradient(g.Output);
            Kernels.MatmulBackward(g["inp"], g["weight"], g["bias"], dout, x["inp"], x["weight"], B, C, OC);
        });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
        Assert.That(result.ToString(), Does.Contain("matmul against autograd in float32"));
    }

    [Test]
    public void A_kernel_that_accumulates_and_does_not_say_so_is_told()
    {
        var result = GradientCheck.Run(AsItIsNetworks.Matmul, (x, g) => Matmul(x, g), s_few);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(result.ToString(), Does.Contain(
            "all gradients not comparable: the derivation adds to what its buffer holds, or leaves entries of it unwritten: say Accumulates() where it is meant to add"));
    }

    [Test]
    public void A_kernel_that_says_so_after_it_took_a_buffer_is_told_and_the_output_is_none()
    {
        CheckResult Checked(bool isLate) => GradientCheck.Run(AsItIsNetworks.Matmul, (x, g) =>
        {
            float[] buffer = isLate ? g["weight"] : g.Output;
            g.Accumulates();
            Matmul(x, g);
        }, s_few);

        Assert.That(Checked(isLate: false).Verdict, Is.EqualTo(Verdict.Agrees));
        Assert.That(
            Checked(isLate: true).ToString(), Does.Contain("say that the code accumulates before it takes a buffer"));
    }

    [Test]
    public void A_kernel_that_says_it_accumulates_and_overwrites_is_told()
    {
        var result = GradientCheck.Run(AsItIsNetworks.Matmul, (x, g) =>
        {
            g.Accumulates("weight", "bias", "inp");
            ((float[])g["weight"]).AsSpan().Clear();
            Matmul(x, g);
        }, s_few with { Losses = [Samples.SquaredError] });

        Assert.That(result.ToString(), Does.Contain("not comparable: the derivation says that it accumulates, and called twice into one buffer it does not leave the sum of both"));
    }

    [Test]
    public void Wrong_kernels_are_caught_on_the_gradient_that_is_wrong()
    {
        var result = GradientCheck.Run(AsItIsNetworks.Matmul, (x, g) =>
        {
            g.Accumulates();
            Matmul(x, g);
            float[] dweight = g["weight"];
            dweight[^1] += 1;
        }, s_few with { Losses = [Samples.SquaredError] });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(
            result.ToString(),
            Does.Match(@"weight \d×\d 1 of \d+ entries differ").And.Match("inp .* agrees   bias .* agrees"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_kernel_of_gelu_agrees_and_one_without_its_inner_derivative_is_caught(bool isWrong)
    {
        var result = GradientCheck.Run(AsItIsNetworks.Gelu, (x, g) =>
        {
            g.Accumulates();
            Kernels.GeluForward(g.Output, x["inp"]);
            float[] dout = x.OutputGradient(g.Output);
            Kernels.GeluBackward(g["inp"], x["inp"], isWrong ? [.. dout.Select(d => 1.01f * d)] : dout);
        }, new CheckOptions { MaxSize = 6, Cases = 50 });

        Assert.That(result.Verdict, Is.EqualTo(isWrong ? Verdict.Disagrees : Verdict.Agrees), result.ToString());
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_kernel_of_layer_normalisation_agrees_and_one_that_forgets_the_mean_is_caught(bool isWrong)
    {
        var result = GradientCheck.Run(AsItIsNetworks.LayerNorm, (x, g) =>
        {
            var (B, C) = (x.Shape["B"], x.Shape["C"]);
            var (mean, rstd) = (new float[B], new float[B]);
            g.Accumulates();
            Kernels.LayerNormForward(g.Output, mean, rstd, x["inp"], x["weight"], x["bias"], B, C);
            float[] dout = x.OutputGradient(g.Output);
            Kernels.LayerNormBackward(
                g["inp"],
                g["weight"],
                g["bias"],
                dout,
                x["inp"],
                x["weight"],
                isWrong ? new float[B] : mean,
                rstd,
                B,
                C);
        }, new CheckOptions { MaxSize = 6, Cases = 50, AllowInconclusive = true });

        Assert.That(
            result.Verdict,
            isWrong ? Is.GreaterThanOrEqualTo(Verdict.Disagrees) : Is.LessThanOrEqualTo(Verdict.Inconclusive),
            result.ToString());
    }

    private static void Matmul(ArrayCase x, ArrayGradients g)
    {
        var (B, C, OC) = (x.Shape["B"], x.Shape["C"], x.Shape["OC"]);
        Kernels.MatmulForward(g.Output, x["inp"], x["weight"], x["bias"], B, C, OC);
        Kernels.MatmulBackward(
            g["inp"], g["weight"], g["bias"], x.OutputGradient(g.Output), x["inp"], x["weight"], B, C, OC);
    }
}

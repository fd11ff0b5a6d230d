using System.Runtime.InteropServices;
using GradOracle.Networks;
using GradOracle.Onnx.Models;
using NUnit.Framework;

namespace GradOracle.Onnx.Tests;

/// <summary>Where OnnxRuntime's functions lose digits: what its bound has in it, and nothing else.</summary>
public sealed class ExhibitTests
{
    // Its kernels are others on other processors.
    [OneTimeSetUp]
    public void RequireX64()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Ignore("This was seen on x64.");
        }
    }

    [Test]
    public void The_logistic_function_in_float64_has_no_digits_far_below_one()
    {
        Assert.That(Scored(x => x.Sigmoid(), ElementType.Float64, -40), Is.Zero, "4.2E-18 is right");
        var found = Scored(x => x.Sigmoid(), ElementType.Float64, -20);
        Assert.That(found, Is.EqualTo(2.0611536181902037E-09).Within(2.3e-16));
        Assert.That(found, Is.Not.EqualTo(2.0611536181902037E-09).Within(1e-18));
    }

    [Test]
    public void The_logistic_function_in_float32_has_none_either()
    {
        Assert.That(Scored(x => x.Sigmoid(), ElementType.Float32, -30), Is.Zero, "9.4E-14 is right");
        Assert.That(Scored(x => x.Sigmoid(), ElementType.Float32, -12), Is.Not.EqualTo(6.1441746e-6).Within(1e-10));
        Assert.That(Scored(x => x.Sigmoid(), ElementType.Float32, -12), Is.EqualTo(6.1441746e-6).Within(1.2e-7));
    }

    [Test]
    public void A_factor_that_is_fused_with_a_product_in_float64_is_rounded_to_float32()
    {
        var network = Network.Define(
            "scaled", ["n"], x => x.Input("A", "n", "2") * x.Input("B", "2", "n") / Math.Sqrt(5));
        var scenario = new Scenario(network, OnnxExtensions.Projection, new(("n", 1)));
        var model = OnnxModel.Of(scenario, new OnnxGraph(ElementType.Float64));
        double Product(bool isFused)
        {
            using var session = new OnnxSession(model, isFused);
            return session.Run(name => name == "A" ? [1, 2] : [3, 4], OnnxModel.Output)[0][0];
        }

        var right = 11 / Math.Sqrt(5);
        TestContext.Out.WriteLine(FormattableString.Invariant($"fused {Product(true):R}, right {right:R}"));
        Assert.That(Product(isFused: false), Is.EqualTo(right).Within(1e-15));
        Assert.That(Product(isFused: true), Is.Not.EqualTo(right).Within(1e-10).And.EqualTo(right).Within(1e-6));
    }

    [Test]
    public void The_hyperbolic_tangent_in_float32_is_another_number_for_the_smallest_numbers() => Assert.That(
        Scored(x => x.Tanh(), ElementType.Float32, 1e-41), Is.Not.EqualTo((double)1e-41f).Within(2 * float.Epsilon));

    private static double Scored(Func<Node, Node> function, ElementType type, double at)
    {
        var network = Network.Define("function", ["n"], x => function(x.Input("X", "n")));
        var scenario = new Scenario(network, OnnxExtensions.Projection, new(("n", 1)));
        using var session = new OnnxSession(OnnxModel.Of(scenario, new OnnxGraph(type)));
        return session.Run(_ => [at], OnnxModel.Output)[0][0];
    }
}

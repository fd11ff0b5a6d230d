using CsCheck;
using GradOracle.Numerics;
using GradOracle.Torch;
using NUnit.Framework;
using TorchSharp;

namespace GradOracle.Tests;

/// <summary>Sine, cosine and the error function from the four operations alone.</summary>
public sealed class TrigonometricTests
{
    private const double Allowed = 8.0 / (1L << 53);

    private static readonly Gen<double> s_angles = Gen.OneOf(
        Gen.Double[-10, 10],
        Gen.Double[-1e5, 1e5],
        Gen.Double[-1e-3, 1e-3],
        Gen.Double[1e5, 1e300],
        Gen.Double[-1e15, -1e5]);

    [Test]
    public void Sine_and_cosine_are_within_their_bound_of_the_library() => s_angles.Sample(
        x => IsNear(Trigonometric.Sin(x), Math.Sin(x)) && IsNear(Trigonometric.Cos(x), Math.Cos(x)), iter: 20_000);

    [TestCase(3.141592653589793, 1.2246467991473532e-16, -1)]
    [TestCase(1.5707963267948966, 1, 6.123233995736766e-17)]
    [TestCase(22.0, -0.008851309290403876, -0.9999608263946371)]
    [TestCase(1e22, -0.8522008497671888, 0.5232147853951389)]
    public void Near_multiples_of_a_right_angle_nothing_is_lost(double x, double sin, double cos) =>
        Assert.That(
            IsNear(Trigonometric.Sin(x), sin) && IsNear(Trigonometric.Cos(x), cos),
            $"{Trigonometric.Sin(x):R} {Trigonometric.Cos(x):R}");

    [Test]
    public void The_error_function_is_TorchSharps_within_its_bound()
    {
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        double[] points = [.. Enumerable.Range(-4000, 8001).Select(i => i / 500.0 + 1e-7)];
        var expected = torch.tensor(points).erf().data<double>().ToArray();

        Assert.That(points.Zip(expected, (x, e) => IsNear(ErrorFunction.Of(x), e)), Is.All.True);
        Assert.That(
            (ErrorFunction.Of(double.NaN), ErrorFunction.Of(0), ErrorFunction.Of(double.NegativeInfinity)),
            Is.EqualTo((double.NaN, 0.0, -1.0)));
    }

    [Test]
    public void What_has_no_angle_has_no_sine() =>
        Assert.That(
            (Trigonometric.Sin(double.NaN), Trigonometric.Cos(double.PositiveInfinity)),
            Is.EqualTo((double.NaN, double.NaN)));

    private static bool IsNear(double computed, double expected) =>
        Math.Abs(computed - expected) <= Allowed * Math.Abs(expected);
}

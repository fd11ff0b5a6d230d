using CsCheck;
using GradOracle.Numerics;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Elementary functions that round alike everywhere.</summary>
public sealed class ElementaryTests
{
    private const double Ulps = 8;
    private static readonly decimal s_allowed = Digits.Of(Ulps * Math.ScaleB(1, -53));
    private static readonly Gen<double> s_points = Gen.OneOf(
        Gen.Double[-30, 30], Gen.Double[-1, 1], Gen.Double[-1e-3, 1e-3]);

    [Test]
    public void Exp_is_within_its_bound_of_28_digits() =>
        s_points.Sample(x => IsNear(Elementary.Exp(x), Digits.Exp(Digits.Of(x))), iter: 20_000);

    [Test]
    public void Tanh_is_within_its_bound_of_28_digits() =>
        s_points.Where(x => Math.Abs(x) > 1e-9).Sample(
            x => IsNear(Elementary.Tanh(x), 1 - 2 / (Digits.Exp(2 * Digits.Of(x)) + 1), cancelled: 1e-26m),
            iter: 20_000);

    [Test]
    public void The_logistic_function_is_within_its_bound_of_28_digits() =>
        s_points.Sample(x => IsNear(Elementary.Sigmoid(x), 1 / (1 + Digits.Exp(-Digits.Of(x)))), iter: 20_000);

    [Test]
    public void Log_inverts_exp_within_their_bounds() => Gen.Double[-700, 700].Sample(
        x => Math.Abs(Elementary.Log(Elementary.Exp(x)) - x) <= Ulps * Math.ScaleB(1, -53) * (1 + Math.Abs(x)),
        iter: 20_000);

    [Test]
    public void Log_is_within_its_bound_of_the_library() => Gen.Double[1e-12, 1e12].Sample(
        x => Math.Abs(Elementary.Log(x) - Math.Log(x)) <= Ulps * Math.ScaleB(1, -53) * Math.Abs(Math.Log(x)),
        iter: 20_000);

    // The bits, so that a machine on which they differ is found.
    [TestCase(0.1, 1.1051709180756477, 0.09966799462495582, 0.52497918747894, -2.3025850929940455)]
    [TestCase(2.5, 12.182493960703473, 0.98661429815143031, 0.92414181997875655, 0.91629073187415511)]
    [TestCase(17.0, 24154952.753575299, 0.99999999999999655, 0.99999995860062441, 2.8332133440562162)]
    public void The_bits_are_the_same_everywhere(double x, double exp, double tanh, double logistic, double log) =>
        Assert.That(
            (Elementary.Exp(x), Elementary.Tanh(x), Elementary.Sigmoid(x), Elementary.Log(x)),
            Is.EqualTo((exp, tanh, logistic, log)));

    [Test]
    public void The_ends_of_the_range_are_those_of_the_library()
    {
        foreach (var x in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, -1e300, 0, 710, -746 })
        {
            Assert.That(Elementary.Exp(x), Is.EqualTo(Math.Exp(x)), $"exp {x}");
            Assert.That(Elementary.Tanh(x), Is.EqualTo(Math.Tanh(x)), $"tanh {x}");
            Assert.That(Elementary.Sigmoid(x), Is.EqualTo(1 / (1 + Math.Exp(-x))), $"logistic {x}");
            Assert.That(Elementary.Log(x), Is.EqualTo(Math.Log(x)).Within(Ulps).Ulps, $"log {x}");
        }
    }

    private static bool IsNear(double computed, decimal exact, decimal cancelled = 0) =>
        Math.Abs(Digits.Of(computed) - exact) <= s_allowed * Math.Abs(exact) + cancelled + 1e-27m;
}

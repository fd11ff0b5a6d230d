using System.Numerics;
using GradOracle.Numerics;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Arithmetic that rounds nothing, and the one rounding at its end.</summary>
[Category("Quick")]
public sealed class RationalTests
{
    [TestCase(0.0)]
    [TestCase(1.0)]
    [TestCase(-0.1)]
    [TestCase(1e300)]
    [TestCase(-3.5e-310)] // subnormal
    [TestCase(double.Epsilon)]
    [TestCase(double.MaxValue)]
    [TestCase(2.2250738585072014e-308)] // the smallest that is normal
    [TestCase(9007199254740993.0)]
    public void A_number_is_itself_again(double value) =>
        Assert.That(Rational.Of(value).ToDouble(), Is.EqualTo(value));

    // (1 + a + b) times a scale: halfway between two numbers the even one, and anything beside it decides.
    [TestCase(-53, 0, 1.0, 1.0)]
    [TestCase(-53, -300, 1.0, 1 + 1 / 4503599627370496.0)]
    [TestCase(-54, -300, 1.0, 1.0)]
    [TestCase(-52, -53, 1.0, 1 + 2 / 4503599627370496.0)]
    [TestCase(-53, -300, -1.0, -1 - 1 / 4503599627370496.0)]
    [TestCase(-1, 0, double.Epsilon, 2 * double.Epsilon)]
    [TestCase(-2, 0, double.Epsilon, double.Epsilon)]
    public void A_sum_is_rounded_once_and_a_tie_to_even(int first, int second, double scale, double expected)
    {
        var sum = Rational.One
            + Rational.Of(Math.ScaleB(1, first))
            + (second == 0 ? Rational.Zero : Rational.Of(Math.ScaleB(1, second)));

        Assert.That((sum * Rational.Of(scale)).ToDouble(), Is.EqualTo(expected));
    }

    [Test]
    public void What_is_too_small_is_0_from_half_the_smallest_number_down()
    {
        var smallest = Rational.Of(double.Epsilon);

        Assert.That((smallest / Rational.Of(2)).ToDouble(), Is.Zero);
        Assert.That((smallest * Rational.Of(0.5000001)).ToDouble(), Is.EqualTo(double.Epsilon));
        Assert.That((smallest / Rational.Of(1e300)).ToDouble(), Is.Zero);
    }

    [Test]
    public void What_is_too_large_is_infinite_from_half_a_unit_over_the_largest_number()
    {
        var largest = Rational.Of(double.MaxValue);
        var half = Rational.Of(Math.ScaleB(1, 970));

        Assert.That((largest + half).ToDouble(), Is.EqualTo(double.PositiveInfinity));
        Assert.That((largest + half * Rational.Of(0.999)).ToDouble(), Is.EqualTo(double.MaxValue));
        Assert.That((-(largest + half)).ToDouble(), Is.EqualTo(double.NegativeInfinity));
    }

    [Test]
    public void Fractions_are_in_lowest_terms_with_the_sign_above()
    {
        Rational Ratio(double a, double b) => Rational.Of(a) / Rational.Of(b);

        Assert.That(
            new[]
            {
                Ratio(6, 4), Ratio(6, -4), Ratio(-6, -4), Ratio(8, 4), -Ratio(1, 3), Ratio(1, 6) + Ratio(1, 3),
                Ratio(1, 3) - Ratio(1, 2), Ratio(2, 3) * Ratio(9, 4), default,
            }.Select(r => r.ToString()),
            Is.EqualTo(new[] { "3/2", "-3/2", "3/2", "2", "-1/3", "1/2", "-1/6", "3/2", "0" }));
        Assert.That(Ratio(1, 2) == Ratio(2, 4) && Ratio(1, 2) != Ratio(1, 3) && Ratio(1, 2) != Ratio(3, 2));
        Assert.That(Ratio(1, 3).ToDouble(), Is.EqualTo(1.0 / 3));
        Assert.That(Ratio(-1, 3).ToDouble(), Is.EqualTo(-1.0 / 3));
    }

    [Test]
    public void Signs_and_sizes_are_those_of_the_number()
    {
        Rational two = Rational.Of(2), minusThree = Rational.Of(-3);

        Assert.That(
            (Rational.IsNegative(minusThree), Rational.IsNegative(default)), Is.EqualTo((true, false)));
        Assert.That((Rational.IsZero(default), Rational.IsZero(two)), Is.EqualTo((true, false)));
        Assert.That(Rational.Abs(minusThree), Is.EqualTo(Rational.Of(3)));
        Assert.That(Rational.MinMagnitude(two, minusThree), Is.EqualTo(two));
        Assert.That(Rational.MinMagnitude(minusThree, two), Is.EqualTo(two));
    }

    [Test]
    public void What_is_no_rational_number_is_refused()
    {
        Assert.That(() => Rational.One / Rational.Zero, Throws.TypeOf<DivideByZeroException>());
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            Assert.That(() => Rational.Of(value), Throws.TypeOf<OverflowException>());
        }
    }

    [Test]
    public void Numbers_of_other_types_are_made_of_it_and_it_of_them()
    {
        static T To<T>(Rational value)
            where T : INumberBase<T> => T.CreateTruncating(value);
        static Rational From<T>(T value)
            where T : INumberBase<T> => Made<Rational, T>(value);
        static TResult Made<TResult, T>(T value)
            where TResult : INumberBase<TResult>
            where T : INumberBase<T> => TResult.CreateChecked(value);

        Assert.That(
            new[] { From(0.25), From(0.25f), From(-7) }.Select(r => r.ToString()),
            Is.EqualTo(new[] { "1/4", "1/4", "-7" }));
        Assert.That(To<double>(Rational.Of(-0.75)), Is.EqualTo(-0.75));
        Assert.That(() => To<decimal>(Rational.One), Throws.TypeOf<NotSupportedException>(), "nothing asks for it");
    }
}

using GradOracle.Messages;
using GradOracle.Reports.Html;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Numbers and quotations, as messages, terminals and pages write them.</summary>
[Category("Quick")]
[Parallelizable]
public sealed class NumbersTests
{
    [TestCase(0.1, "0.1", "0.1")]
    [TestCase(2.0 / 3, "0.6666666666666666", "0.667")]
    [TestCase(-123456, "-123456", "-1.23E+05")]
    [TestCase(double.NaN, "NaN", "NaN")]
    public void In_full_is_what_reads_back_and_short_is_three_digits(double value, string full, string three)
    {
        Assert.That(NumberFormat.Full(value), Is.EqualTo(full));
        Assert.That(NumberFormat.Short(value), Is.EqualTo(three));
    }

    [TestCase(1e-7, "1.0E-7")]
    [TestCase(1.01e-7, "1.1E-7")]
    [TestCase(1.1e-7, "1.1E-7")]
    [TestCase(9.91e-7, "1.0E-6")]
    [TestCase(9.9e-7, "9.9E-7")]
    [TestCase(123, "1.3E+2")]
    [TestCase(0, "0")]
    [TestCase(double.PositiveInfinity, "Infinity")]
    public void The_width_of_a_bound_is_rounded_up(double value, string text)
    {
        Assert.That(NumberFormat.Width(value), Is.EqualTo(text));
        Assert.That(NumberFormat.RoundedUp(value), Is.GreaterThanOrEqualTo(value));
    }

    [TestCase(0.5, "2^-1")]
    [TestCase(0.015625, "2^-6")]
    [TestCase(0.75, "0.75")]
    [TestCase(1, "1")]
    [TestCase(-0.5, "-0.5")]
    [TestCase(5e-324, "5E-324")]
    public void A_power_of_two_below_one_is_written_as_one(double value, string text) =>
        Assert.That(NumberFormat.Dyadic(value), Is.EqualTo(text));

    [TestCase(-6.5, "2^-6")]
    [TestCase(-1, "2^-1")]
    [TestCase(-0.5, "1")]
    [TestCase(0, "1")]
    public void A_probability_is_rounded_up_and_one_bounds_nothing(double log2, string text) =>
        Assert.That(NumberFormat.PowerOfTwo(log2), Is.EqualTo(text));

    [TestCase(double.PositiveInfinity, "∞")]
    [TestCase(1.25, "1.25")]
    public void An_error_beside_no_bound_is_infinitely_many(double error, string text) =>
        Assert.That(NumberFormat.InBounds(error), Is.EqualTo(text));

    [TestCase(0, "0")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "∞")]
    [TestCase(double.NegativeInfinity, "-∞")]
    [TestCase(99999, "99999")]
    [TestCase(-99999, "-99999")]
    [TestCase(100000, "1e5")]
    [TestCase(1.23456, "1.23")]
    [TestCase(-0.001, "-0.001")]
    [TestCase(0.000999, "9.99e-4")]
    [TestCase(123456.7, "1.23e5")]
    public void A_cell_holds_five_digits_of_an_integer_and_three_of_any_other(double value, string text) =>
        Assert.That(HtmlNumbers.Compact(value), Is.EqualTo(text));

    [TestCase(2.0 / 3, "0.6666666666666666")]
    [TestCase(1234567, "1234567")]
    [TestCase(double.PositiveInfinity, "∞")]
    [TestCase(double.NaN, "NaN")]
    public void A_tooltip_has_all_digits(double value, string text) =>
        Assert.That(HtmlNumbers.Full(value), Is.EqualTo(text));

    [TestCase(1234567, true, "1234567")]
    [TestCase(1234567, false, "1.23e6")]
    [TestCase(9007199254740991, true, "9007199254740991")]
    [TestCase(9007199254740992, true, "9.01e15")]
    [TestCase(1234567.5, true, "1.23e6")]
    public void The_integers_of_an_exact_case_are_in_full(double value, bool isExact, string text) =>
        Assert.That(HtmlNumbers.Short(value, isExact), Is.EqualTo(text));

    [Test]
    public void The_points_of_a_column_stand_under_each_other()
    {
        Assert.That(
            HtmlNumbers.Column([1, 2.5, 10.25]), Is.EqualTo(new[] { "1\u2007\u2007\u2007", "2.5\u2007", "10.25" }));
        Assert.That(HtmlNumbers.Column([1, 1e300]), Is.EqualTo(new[] { "1", "1E+300" }));
    }

    [TestCase(1, "1 case")]
    [TestCase(0, "0 cases")]
    [TestCase(2, "2 cases")]
    public void One_is_no_plural(int count, string text) =>
        Assert.That(HtmlNumbers.Count(count, "case"), Is.EqualTo(text));

    [TestCase("0123456789", 10, "0123456789")]
    [TestCase("0123456789A", 10, "01234…789A")]
    [TestCase("0123456789A", 9, "0123…789A")]
    public void Of_a_long_quotation_the_middle_is_left_out(string text, int most, string quoted)
    {
        Assert.That(PlainText.Quote(text, most), Is.EqualTo(quoted));
        Assert.That(quoted, Has.Length.LessThanOrEqualTo(most));
    }
}

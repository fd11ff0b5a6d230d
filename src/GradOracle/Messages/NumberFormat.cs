using System.Globalization;

namespace GradOracle.Messages;

/// <summary>Numbers as reports write them: the same characters on every machine and in every culture.</summary>
internal static class NumberFormat
{
    /// <summary>The shortest digits that read back to the same number of the given precision.</summary>
    public static string Full(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits, for sizes of errors.</summary>
    public static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A bound beside what it bounds, two digits, rounded up: a bound stays a bound.</summary>
    public static string Width(double value)
    {
        if (!double.IsFinite(value) || value <= 0)
        {
            return Short(value);
        }

        var text = value.ToString("0.0E+0", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var isBelow = double.Parse(text, CultureInfo.InvariantCulture) < value;
        var tenths = (text[0] - '0') * 10 + (text[2] - '0') + (isBelow ? 1 : 0);
        (tenths, exponent) = tenths == 100 ? (10, exponent + 1) : (tenths, exponent);
        return string.Create(CultureInfo.InvariantCulture, $"{tenths / 10}.{tenths % 10}E{exponent:+0;-0}");
    }

    /// <summary>The number that <see cref="Width"/> shows.</summary>
    public static double RoundedUp(double value) =>
        double.IsFinite(value) && value > 0 ? double.Parse(Width(value), CultureInfo.InvariantCulture) : value;

    /// <summary>A power of two below 1 as one, <c>2^-6</c>; any other number in full.</summary>
    public static string Dyadic(double value) =>
        double.IsNormal(value) && value is > 0 and < 1 && Math.ScaleB(1, Math.ILogB(value)) == value
            ? string.Create(CultureInfo.InvariantCulture, $"2^{Math.ILogB(value)}")
            : Full(value);

    /// <summary>An error in units of the bound. On exact cases there is no bound: any difference at all is infinitely
    /// many of them.</summary>
    public static string InBounds(double error) => double.IsPositiveInfinity(error) ? "∞" : Short(error);

    /// <summary>A probability whose base-2 logarithm is given, rounded up: a bound stays a bound, and 1 bounds
    /// nothing.</summary>
    public static string PowerOfTwo(double log2) =>
        log2 > -1 ? "1" : string.Create(CultureInfo.InvariantCulture, $"2^{Math.Ceiling(log2):0}");
}

using System.Globalization;

namespace GradOracle.Reports.Html;

/// <summary>One axis of a picture, logarithmic or linear. What a logarithm has no place for stands apart: 0 below, ∞
/// and NaN above.</summary>
/// <param name="Label">The quantity, with its unit.</param>
/// <param name="Low">The value, or the power of ten, at the beginning.</param>
/// <param name="High">That at the end.</param>
/// <param name="IsLogarithmic">Whether <paramref name="Low"/> and <paramref name="High"/> are powers of ten.</param>
internal sealed record Axis(string Label, double Low, double High, bool IsLogarithmic)
{
    private const double Apart = 0.09;
    private const int MostTicks = 6;
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private static readonly double[] s_round = [1, 2, 5, 10];

    /// <summary>An axis of whole powers of ten around the positive values.</summary>
    public static Axis Logarithmic(string label, IEnumerable<double> values)
    {
        var powers = values.Where(v => v > 0 && double.IsFinite(v)).Select(Math.Log10).DefaultIfEmpty().ToList();
        var (low, high) = (Math.Floor(powers.Min()), Math.Ceiling(powers.Max()));
        return new(label, low, high == low ? low + 1 : high, IsLogarithmic: true);
    }

    /// <summary>An axis of round numbers around the finite values.</summary>
    public static Axis Linear(string label, IEnumerable<double> values)
    {
        // Halves: the range of two large numbers may be no number.
        var finite = values.Where(double.IsFinite).DefaultIfEmpty().ToList();
        var step = Step(finite.Min(), finite.Max());
        var (low, high) = (Math.Floor(finite.Min() / step) * step, Math.Ceiling(finite.Max() / step) * step);
        return new(label, low, high == low ? low + step : high, IsLogarithmic: false);
    }

    /// <summary>Where a value stands, from 0 at the beginning to 1 at the end.</summary>
    public double At(double value) =>
        double.IsNaN(value) || double.IsPositiveInfinity(value) ? 1 + Apart
        : double.IsNegativeInfinity(value) || (IsLogarithmic && value <= 0) ? -Apart
        : ((IsLogarithmic ? Math.Log10(value) : value) / 2 - Low / 2) / (High / 2 - Low / 2);

    /// <summary>The marks along the axis.</summary>
    public IEnumerable<(double Value, string Text)> Ticks
    {
        get
        {
            var step = IsLogarithmic ? Math.Max(1, Math.Ceiling((High - Low) / MostTicks)) : Step(Low, High);
            for (var k = 0; k <= High / step - Low / step + 0.5; k++)
            {
                var steps = Low / step + k;
                var tick = Math.Abs(steps) < 0.5 ? 0 : steps * step;
                yield return IsLogarithmic ? (Math.Pow(10, tick), Power(tick)) : (tick, HtmlNumbers.Compact(tick));
            }
        }
    }

    private static double Step(double low, double high)
    {
        var rough = high / MostTicks - low / MostTicks;
        if (!(rough > 0) || !double.IsFinite(rough))
        {
            return Math.Max(Math.Abs(high) / MostTicks, 1);
        }

        var unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return s_round.First(m => m * unit >= rough * 0.999) * unit;
    }

    private static string Power(double exponent) => exponent switch
    {
        0 => "1",
        1 => "10",
        _ => $"10{string.Concat(exponent.ToString("0", CultureInfo.InvariantCulture).Select(c => c == '-' ? '⁻' : Superscripts[c - '0']))}",
    };
}

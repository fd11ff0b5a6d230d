using System.Globalization;
using GradOracle.Messages;

namespace GradOracle.Reports.Html;

/// <summary>Numbers as the page writes them.</summary>
internal static class HtmlNumbers
{
    private const char FigureSpace = '\u2007';

    /// <summary>All digits.</summary>
    public static string Full(double value) => double.IsFinite(value) ? NumberFormat.Full(value) : Compact(value);

    /// <summary>A number that fits into a cell: an integer of up to five digits, else three significant
    /// digits.</summary>
    public static string Compact(double value) =>
        double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? value > 0 ? "∞" : "-∞"
        : value == 0 ? "0"
        : value == Math.Round(value) && Math.Abs(value) < 1e5 ? NumberFormat.Full(value)
        : value.ToString(Math.Abs(value) is >= 1e-3 and < 1e5 ? "G3" : "0.##e+0", CultureInfo.InvariantCulture).Replace(
            "E+0", "e", StringComparison.Ordinal).Replace("e+", "e", StringComparison.Ordinal);

    /// <summary>Compact, but for the integers of an exact case: those in full, as long as they are exact
    /// themselves.</summary>
    public static string Short(double value, bool isExact) =>
        isExact && Math.Abs(value) < 1L << 53 && value == Math.Round(value) ? NumberFormat.Full(value) : Compact(value);

    /// <summary>An error in units of the bound; there is none where the bound is 0.</summary>
    public static string InBounds(ReportedEntry entry) => entry.Bound == 0 ? "–" : Compact(entry.ErrorInBounds);

    /// <summary>Numbers of one column, filled up behind so that their decimal points stand under each other when they
    /// are aligned to the right.</summary>
    public static IReadOnlyList<string> Column(IEnumerable<double> values)
    {
        var figures = values.Select(Full).ToList();
        if (figures.Exists(f => f.Contains('E', StringComparison.Ordinal)))
        {
            return figures;
        }

        var longest = figures.Max(Decimals);
        return [.. figures.Select(f => f + new string(FigureSpace, longest - Decimals(f)))];
    }

    private static int Decimals(string figure) =>
        figure.IndexOf('.', StringComparison.Ordinal) is var point and >= 0 ? figure.Length - point : 0;

    /// <summary>A count and its noun.</summary>
    public static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}

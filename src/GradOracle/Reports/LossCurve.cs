using System.Globalization;
using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>A curve of losses in braille dots, two across and four down in every character: readable on any terminal of
/// 80 columns, without colour.</summary>
internal static class LossCurve
{
    private const int Columns = 60;
    private const int Rows = 6;
    private const int LabelWidth = 9;
    private const double WideRange = 100;

    // Dots of a braille character, by row and column: Unicode 2800 and on.
    private static readonly int[,] s_dots = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    /// <summary>The lines of the curve: rows with the largest and the smallest loss beside them, and the steps below.
    /// Losses that are not finite are left out.</summary>
    /// <remarks>The scale is logarithmic where all losses are positive and the largest is a hundred times the smallest;
    /// the line below says so.</remarks>
    public static IReadOnlyList<string> Of(IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var finite = losses.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
        {
            return [];
        }

        var (smallest, largest) = (finite.Min(), finite.Max());
        var isLogarithmic = smallest > 0 && largest / smallest >= WideRange;
        double Scale(double loss) => isLogarithmic ? Math.Log(loss) : loss;
        var (bottom, range) = (Scale(smallest), Scale(largest) - Scale(smallest));
        int Height(double scaled) =>
            range > 0 && double.IsFinite(range) ? (int)Math.Round((scaled - bottom) / range * (4 * Rows - 1)) : 0;

        var cells = new int[Rows, Columns];
        int? before = null;
        for (var x = 0; x < 2 * Columns; x++)
        {
            var at = x * (losses.Count - 1) / (2.0 * Columns - 1); // between two losses, a straight line
            var (left, right) = (losses[(int)at], losses[Math.Min((int)at + 1, losses.Count - 1)]);
            var scaled = at == (int)at ? Scale(left) : Scale(left) + (at - (int)at) * (Scale(right) - Scale(left));
            int? here = double.IsFinite(scaled) ? Height(scaled) : null;
            for (var y = Math.Min(here ?? 0, before ?? here ?? 0); here is not null && y <= Math.Max(here.Value, before ?? here.Value); y++)
            {
                cells[Rows - 1 - y / 4, x / 2] |= s_dots[3 - y % 4, x % 2]; // joined to the one before
            }

            before = here;
        }

        var lines = Enumerable.Range(0, Rows).Select(row =>
        {
            var label = row == 0 ? NumberFormat.Short(largest) : row == Rows - 1 ? NumberFormat.Short(smallest) : "";
            var curve = string.Concat(
                Enumerable.Range(0, Columns).Select(
                    column => cells[row, column] == 0 ? ' ' : (char)(0x2800 + cells[row, column])));
            return $"{label,LabelWidth} ┤{curve}".TrimEnd();
        });
        var last = (losses.Count - 1).ToString(CultureInfo.InvariantCulture);
        var axis =
            $"{(isLogarithmic ? "log scale" : ""),LabelWidth}  0{(losses.Count > 1 ? last.PadLeft(Columns - 1) : "")}";
        return [.. lines, axis];
    }
}

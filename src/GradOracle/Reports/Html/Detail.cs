namespace GradOracle.Reports.Html;

/// <summary>How much of the cases is shown so that the page stays below a megabyte: the more there are, the coarser
/// their maps.</summary>
/// <remarks>It depends on the report alone, so the same report is the same page.</remarks>
/// <param name="Cells">The largest number of cells of a map.</param>
/// <param name="Worst">The largest number of worst entries of a tensor.</param>
/// <param name="Cases">How many cases, from the first on, have maps at all.</param>
internal sealed record Detail(int Cells, int Worst, int Cases)
{
    private const long Bytes = 900_000;

    // Measured on real pages, rounded up.
    private const int PerCase =
        3600, PerTensor = 800, PerWorst = 110, PerMap = 1300, PerTerm = 260, PerEntry = 420, PerTermEntry = 80;

    private static readonly (int Cells, int Worst)[] s_levels =
    [
        (1024, 10), (576, 10), (400, 10), (256, 10), (144, 10), (100, 10), (64, 10), (36, 5), (25, 3), (16, 3), (9, 3)
    ];

    /// <summary>The most that fits.</summary>
    public static Detail For(Report report)
    {
        var (fewest, costs) = (
            s_levels[^1],
            report.Cases.Select(
                c => (Text: TextOf(c, s_levels[^1].Worst), Maps: MapsOf(c, s_levels[^1].Cells))).ToList());
        foreach (var (cells, worst) in s_levels)
        {
            if (report.Cases.Sum(c => TextOf(c, worst) + MapsOf(c, cells)) <= Bytes)
            {
                return new(cells, worst, report.Cases.Count);
            }
        }

        var left = Bytes - costs.Sum(c => c.Text);
        return new(fewest.Cells, fewest.Worst, costs.TakeWhile(c => (left -= c.Maps) >= 0).Count());
    }

    private static long TextOf(ReportedCase reported, int worst) =>
        PerCase + reported.Wrong.Sum(t => (long)PerTensor + PerWorst * Math.Min(t.Worst.Count, worst));

    private static long MapsOf(ReportedCase reported, int cells) =>
        reported.Wrong.Sum(t => Cost(t.Map, t.Formula.Count, cells) + Cost(t.Zoom, 0, cells));

    private static long Cost(ReportedMap? map, int terms, int cells) => map is null
        ? 0
        : PerMap + PerTerm * terms + (PerEntry + PerTermEntry * (long)terms) * Math.Min(
            map.Entries.Sum(row => row.Count), cells);
}

using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>The entries of one compared tensor as a report shows them: the worst, a map of all, and a window around the
/// worst.</summary>
/// <param name="top">Its first row: that of a panel among all.</param>
/// <param name="rows">How many rows it has.</param>
/// <param name="columns">How many columns it has.</param>
/// <param name="entryAt">The entry at a row and a column.</param>
internal sealed class EntryGrid(int top, int rows, int columns, Func<int, int, EntryComparison> entryAt)
{
    private const int LargestGrid = 24;
    private const int Window = 16;
    private const int WorstKept = 10;

    private readonly int _blockRows = (rows + LargestGrid - 1) / LargestGrid;
    private readonly int _blockColumns = (columns + LargestGrid - 1) / LargestGrid;

    /// <summary>All of the tensor: entry by entry where it is small; else in blocks, each shown by its entry with the
    /// largest error.</summary>
    public ReportedMap Map() => Grid(top, 0, rows, columns, _blockRows, _blockColumns);

    /// <summary>Entry by entry around one of them; null where the map shows every entry already.</summary>
    public ReportedMap? Zoom(EntryComparison around)
    {
        if (_blockRows == 1 && _blockColumns == 1)
        {
            return null;
        }

        var (height, width) = (Math.Min(Window, rows), Math.Min(Window, columns));
        return Grid(
            Math.Clamp(around.Row - height / 2, top, top + rows - height), Math.Clamp(
                around.Column - width / 2, 0, columns - width), height, width, 1, 1);
    }

    /// <summary>The given entry and those that differ by more than the bound, the largest errors first; at most
    /// ten.</summary>
    public IReadOnlyList<ReportedEntry> Worst(EntryComparison first) =>
        [.. All(top, 0, rows, columns).Where(e => !(e.ErrorInBounds <= 1) && (e.Row, e.Column) != (first.Row, first.Column))
            .OrderByDescending(e => e.ErrorInBounds).ThenByDescending(Difference).Take(WorstKept - 1).Prepend(first).Select(Of)];

    public static ReportedEntry Of(EntryComparison entry) =>
        new(entry.Row, entry.Column, entry.Expected, entry.Actual, entry.Bound);

    private ReportedMap Grid(int firstRow, int firstColumn, int height, int width, int blockRows, int blockColumns) =>
        new(
        firstRow,
        firstColumn,
        blockRows,
        blockColumns,
        [.. Starts(firstRow, height, blockRows).Select(i => (IReadOnlyList<ReportedEntry>)[.. Starts(firstColumn, width, blockColumns).Select(j =>
            Of(
                All(i, j, Math.Min(blockRows, top + rows - i), Math.Min(blockColumns, columns - j)).MaxBy(
                    e => (e.ErrorInBounds, Difference(e)))!))])]);

    private static IEnumerable<int> Starts(int first, int length, int block) =>
        Enumerable.Range(0, (length + block - 1) / block).Select(i => first + i * block);

    private IEnumerable<EntryComparison> All(int firstRow, int firstColumn, int height, int width) =>
        from i in Enumerable.Range(firstRow, height) from j in Enumerable.Range(firstColumn, width) select entryAt(i, j);

    // What is no number is as far off as can be.
    private static double Difference(EntryComparison entry) =>
        Math.Abs(entry.Expected - entry.Actual) is var difference && double.IsNaN(difference)
            ? double.PositiveInfinity
            : difference;
}

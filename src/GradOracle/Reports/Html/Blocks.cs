using GradOracle.Verdicts;

namespace GradOracle.Reports.Html;

/// <summary>Neighbouring entries of a map combined into blocks, each shown by its entry with the largest
/// error.</summary>
internal static class Blocks
{
    /// <summary>A map of at most so many cells, and terms of a sum on the same grid.</summary>
    public static (ReportedMap Map, IReadOnlyList<ReportedTerm> Terms) Fit(
        ReportedMap map, IReadOnlyList<ReportedTerm> terms, int cells)
    {
        int rows = map.Entries.Count, columns = map.Entries.Count == 0 ? 0 : map.Entries[0].Count, down = 1, across = 1;
        while (Count(rows, down) * Count(columns, across) > cells)
        {
            (down, across) = Count(rows, down) >= Count(columns, across) ? (down + 1, across) : (down, across + 1);
        }

        if ((down, across) == (1, 1))
        {
            return (map, terms);
        }

        var worst = Grid(
            rows,
            columns,
            down,
            across,
            (i, j) => Worst(map, i, j, Math.Min(i + down, rows), Math.Min(j + across, columns)));
        IReadOnlyList<IReadOnlyList<T>> At<T>(IReadOnlyList<IReadOnlyList<T>> values) =>
            [.. worst.Select(row => (IReadOnlyList<T>)[.. row.Select(p => values[p.Row][p.Column])])];
        return (
            map with { BlockRows = map.BlockRows * down, BlockColumns = map.BlockColumns * across, Entries = At(map.Entries) },
            [.. terms.Select(t => t with { Values = t.Values is { } values ? At(values) : null })]);
    }

    private static int Count(int length, int block) => (length + block - 1) / block;

    private static List<List<(int Row, int Column)>> Grid(
        int rows, int columns, int down, int across, Func<int, int, (int, int)> at) =>
        [.. Enumerable.Range(0, Count(rows, down)).Select(i => Enumerable.Range(0, Count(columns, across)).Select(j => at(i * down, j * across)).ToList())];

    private static (int Row, int Column) Worst(ReportedMap map, int top, int left, int bottom, int right) =>
        (from i in Enumerable.Range(top, bottom - top) from j in Enumerable.Range(left, right - left) select (i, j))
            .MaxBy(
                p => (
                    map.Entries[p.i][p.j].ErrorInBounds,
                    EntryComparison.InBounds(
                        Math.Abs(map.Entries[p.i][p.j].Actual - map.Entries[p.i][p.j].Expected), 1)));
}

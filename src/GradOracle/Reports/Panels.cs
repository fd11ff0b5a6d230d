namespace GradOracle.Reports;

/// <summary>
/// One matrix of a tensor: all of it, or of more than two axes the last two, where the others stand still.
/// </summary>
/// <param name="Place">Where it stands: <c>[1,:,:]</c>; empty where it is all there is.</param>
/// <param name="Map">Its entries.</param>
/// <param name="Terms">What its contributions have there.</param>
internal sealed record Panel(string Place, ReportedMap Map, IReadOnlyList<ReportedTerm> Terms);

/// <summary>A tensor of more than two axes as a page shows it: panel after panel.</summary>
internal static class Panels
{
    // Of an attention's many heads and sequences these say enough; the worst entries of all are listed beside them.
    private const int MostShown = 6;

    /// <summary>
    /// Which panels are shown, in order: all where they are few, else those of the worst entries and the first ones.
    /// </summary>
    public static IEnumerable<int> Shown(ReportedTensor tensor, IReadOnlyList<ReportedEntry> worst)
    {
        var count = tensor.Rows / tensor.Axes.Rows;
        return worst.Select(e => e.Row / tensor.Axes.Rows)
            .Concat(Enumerable.Range(0, count))
            .Distinct()
            .Take(MostShown)
            .Order();
    }

    /// <summary>The maps of panels as one map, one below the other.</summary>
    public static ReportedMap Join(IEnumerable<ReportedMap> panels)
    {
        var all = panels.ToList();
        return all[0] with { Entries = [.. all.SelectMany(panel => panel.Entries)] };
    }

    /// <summary>A map taken apart into its panels, and the terms with it.</summary>
    public static IReadOnlyList<Panel> Of(ReportedTensor tensor, ReportedMap map)
    {
        if (tensor.Axes.Count <= 2)
        {
            return [new("", map, tensor.Formula)];
        }

        var panels = new List<Panel>();
        var rows = tensor.Axes.Rows;
        for (int from = 0, to; from < map.Entries.Count; from = to)
        {
            var panel = PanelOf(from);
            for (to = from + 1; to < map.Entries.Count && PanelOf(to) == panel;)
            {
                to++;
            }

            var (first, count) = (from, to - from);
            var part = map with { FirstRow = panel * rows, Entries = [.. map.Entries.Skip(first).Take(count)] };
            List<ReportedTerm> terms =
                [.. tensor.Formula.Select(t => t with { Values = t.Values is { } values ? [.. values.Skip(first).Take(count)] : null })];
            panels.Add(new(tensor.Axes.PanelOf(panel), part, terms));
        }

        return panels;

        int PanelOf(int row) => map.Entries[row][0].Row / rows;
    }
}

using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>The smallest failure as text, with its matrices.</summary>
internal static class SmallestText
{
    private const int WidestLine = 100;

    public static IEnumerable<(CaseLine Line, string Text)> Lines(ReportedCase reported, ReportedSmallest smallest)
    {
        var isSmaller = smallest.Name != reported.Name;
        IEnumerable<string> lines =
        [
            .. isSmaller ? [$"  the same failure in small: {smallest.Name}"] : (string[])[],
            .. smallest.Tensors.Count > 0 ? Wrapped([.. smallest.Tensors.Select(t => $"{t.Name} {Of(t)}")]) : [],
            .. smallest.Expected.Zip(smallest.Actual).SelectMany(wrong => Wrapped([$"∂{wrong.First.Name}: {reported.ExpectedInSmall} {Of(wrong.First)},", $"{reported.Actual} {Of(wrong.Second)}"])),
        ];
        return
        [
            .. lines.Select(l => (CaseLine.Evidence, l)),
            .. isSmaller ? [(CaseLine.Replay, $"    replay: {smallest.Replay}")] : ((CaseLine, string)[])[],
        ];
    }

    /// <summary>
    /// A matrix as MATLAB and Julia write it, rows parted by semicolons; panels each under its place.
    /// </summary>
    public static string Of(ReportedMatrix matrix) =>
        string.Join(' ', matrix.Panels.Select(panel => panel.Place + Of(panel.Rows)));

    private static string Of(IReadOnlyList<IReadOnlyList<double>> rows) =>
        $"[{string.Join("; ", rows.Select(row => string.Join(' ', row.Select(NumberFormat.Full))))}]";

    private static IEnumerable<string> Wrapped(IReadOnlyList<string> parts)
    {
        var line = "   ";
        foreach (var part in parts)
        {
            if (line.Length + part.Length > WidestLine && line.Trim().Length > 0)
            {
                yield return line;
                line = "   ";
            }

            line += $" {part}";
        }

        yield return line;
    }
}

using System.Globalization;
using GradOracle.Messages;
using GradOracle.Reports;
using Spectre.Console;

namespace GradOracle.Cli;

/// <summary>The suites of a check as a table, one line each.</summary>
internal static class SuiteTable
{
    public static Table Of(ReportedCheck check, IReadOnlyList<TimeSpan>? elapsed)
    {
        // Fits 80 columns while there is one element type; the sentence below the table names it.
        var severalTypes = check.Suites.Select(s => s.Type).Distinct().Count() > 1;
        (string Header, bool Right, bool Shown, Func<ReportedSuite, int, string> Cell)[] columns =
        [
            ("loss", false, true, (s, _) => s.Loss),
            ("kind", false, true, (s, _) => CaseId.Word(s.Kind)),
            ("dtype", false, severalTypes, (s, _) => s.Type),
            ("cases", true, true, (s, _) => Text($"{s.Cases}")),
            ("shapes", true, true, (s, _) => Text($"{s.Shapes.Count}")),
            ("agree", true, true, (s, _) => Text($"{s.Agreeing}")),
            ("error/bound", true, true, (s, _) => NumberFormat.InBounds(s.WorstErrorInBounds)),
            ("power", true, true, (s, _) => s.Power),
            ("cases/s", true, elapsed is not null, (s, i) => Text($"{s.Cases / elapsed![i].TotalSeconds:0}")),
        ];
        var table = new Table { Border = TableBorder.None };
        foreach (var (header, right, _, _) in columns.Where(c => c.Shown))
        {
            table.AddColumn(new TableColumn(header) { Alignment = right ? Justify.Right : Justify.Left, Padding = new Padding(0, 0, 1, 0) });
        }

        foreach (var (suite, index) in check.Suites.Select((s, i) => (s, i)))
        {
            table.AddRow(
                [.. columns.Where(c => c.Shown).Select(c => Markup.Escape(PlainText.Line(c.Cell(suite, index))))]);
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

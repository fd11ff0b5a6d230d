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
        Column[] all =
        [
            new("loss", false, true, (s, _) => s.Loss),
            new("kind", false, true, (s, _) => CaseId.Word(s.Kind)),
            new("dtype", false, severalTypes, (s, _) => s.Type),
            new("cases", true, true, (s, _) => Text($"{s.Cases}")),
            new("shapes", true, true, (s, _) => Text($"{s.Shapes.Count}")),
            new("agree", true, true, (s, _) => Text($"{s.Agreeing}")),
            new("error/bound", true, true, (s, _) => NumberFormat.InBounds(s.WorstErrorInBounds)),
            new("power", true, true, (s, _) => s.Power),
            new("cases/s", true, elapsed is not null, (s, i) => Text($"{s.Cases / elapsed![i].TotalSeconds:0}")),
        ];
        var table = new Table { Border = TableBorder.None };
        var columns = Array.FindAll(all, c => c.IsShown);
        foreach (var column in columns)
        {
            var alignment = column.IsNumber ? Justify.Right : Justify.Left;
            table.AddColumn(
                new TableColumn(column.Header) { Alignment = alignment, Padding = new Padding(0, 0, 1, 0) });
        }

        for (var i = 0; i < check.Suites.Count; i++)
        {
            var (suite, index) = (check.Suites[i], i);
            table.AddRow(Array.ConvertAll(columns, c => Markup.Escape(PlainText.Line(c.Cell(suite, index)))));
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Column(string Header, bool IsNumber, bool IsShown, Func<ReportedSuite, int, string> Cell);
}

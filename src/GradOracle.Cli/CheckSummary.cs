using System.Globalization;
using GradOracle.Cases;
using GradOracle.Reports;
using GradOracle.Verdicts;
using Spectre.Console;

namespace GradOracle.Cli;

/// <summary>A check in a table, its findings below.</summary>
internal static class CheckSummary
{
    private const int FindingsShown = 3;

    public static void Print(TextWriter output, CheckResult result, string replay)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new PlainWidthOutput(output) });
        console.Write(Table(result));
        foreach (var finding in Smallest(result))
        {
            output.WriteLine();
            output.Write(CaseText.Of(finding, replay));
        }

        output.WriteLine();
        output.WriteLine(Sentence(result));
    }

    // A terminal holds a few; the rest are in the JSON report.
    private static IEnumerable<CaseComparison> Smallest(CheckResult result) =>
        result.Suites.SelectMany(s => s.Findings).OrderByDescending(f => f.Verdict).ThenBy(f => f.Size).Take(FindingsShown);

    private static Table Table(CheckResult result)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var (header, right) in new[]
        {
            ("loss", false), ("kind", false), ("dtype", false), ("cases", true), ("shapes", true), ("agree", true),
            ("worst error", true), ("false accept", true), ("cases/s", true),
        })
        {
            table.AddColumn(new TableColumn(header) { Alignment = right ? Justify.Right : Justify.Left, NoWrap = true });
        }

        foreach (var suite in result.Suites)
        {
            string[] cells =
            [
                suite.Loss.Name,
                CaseName.Word(suite.Kind),
                suite.Type.Name,
                Text($"{suite.Cases}"),
                Text($"{suite.Shapes}"),
                Text($"{suite.Counts[Verdict.Agrees]}"),
                Worst(suite),
                suite.FalseAcceptLog2 is { } log2 ? $"≤ {NumberFormat.PowerOfTwo(log2)}" : "–",
                Text($"{suite.Cases / suite.Elapsed.TotalSeconds:0}"),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        return table;
    }

    private static string Worst(SuiteResult suite) => suite.WorstErrorInBounds switch
    {
        0 => "0",
        double.PositiveInfinity => "∞",
        var error => Text($"{NumberFormat.Short(error)} bounds"),
    };

    private static string Sentence(CheckResult result)
    {
        var all = result.Suites.Sum(s => s.Cases);
        var counts = Enum.GetValues<Verdict>().ToDictionary(v => v, v => result.Suites.Sum(s => s.Counts[v]));
        var what = $"{result.Derivation.Name} against autograd on {result.Derivation.Network.Name}";
        if (result.Verdict == Verdict.Agrees)
        {
            var log2 = result.Suites.Sum(s => s.FalseAcceptLog2 ?? 0);
            var proof = log2 < 0 ? $"; were the gradients other polynomials, the exact cases would all agree with probability at most {NumberFormat.PowerOfTwo(log2)}" : "";
            return Text($"✓ {what}: all {all} cases agree{proof}.");
        }

        var parts = counts.Where(c => c.Value > 0).Select(c => Text($"{c.Value} {c.Key.Word().Replace("agrees", "agree", StringComparison.Ordinal)}"));
        return Text($"{CaseText.Mark(result.Verdict)} {what}: of {all} cases {string.Join(", ", parts)}.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

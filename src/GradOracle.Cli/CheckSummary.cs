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

    public static void Print(TextWriter output, CheckResult result, Examination? examination)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new PlainWidthOutput(output) });
        console.Write(Table(result));
        if (result.WithoutExactCases.Count > 0)
        {
            output.WriteLine($"no exact cases with {string.Join(", ", result.WithoutExactCases.Select(l => l.Name))}: a smooth function takes integers off the lattice");
        }

        foreach (var suite in result.Suites)
        {
            foreach (var (oracle, reason) in suite.NotApplicable)
            {
                output.WriteLine($"{oracle} not applicable to {suite.Loss.Name} {CaseName.Word(suite.Kind)}: {reason}");
            }
        }

        foreach (var finding in Smallest(result))
        {
            output.WriteLine();
            output.Write(finding.Name == examination?.Comparison.Name ? ExaminationText.Of(examination) : CaseText.Of(finding));
        }

        output.WriteLine();
        output.WriteLine(Sentence(result));
    }

    /// <summary>Looks into the first case that does not agree: what is wrong with it is mostly what is wrong with all.</summary>
    public static Examination? Examine(CheckResult result) =>
        Smallest(result).FirstOrDefault() is { Verdict: >= Verdict.Disagrees } first
            ? Examination.Of(result.Derivation, CaseGenerator.Generate(CaseName.Parse(first.Name, result.Derivation.Network)))
            : null;

    // A terminal holds a few; the rest are in the JSON report.
    private static IEnumerable<CaseComparison> Smallest(CheckResult result) =>
        result.Suites.SelectMany(s => s.Findings).OrderByDescending(f => f.Verdict).ThenBy(f => f.Size).Take(FindingsShown);

    private static Table Table(CheckResult result)
    {
        // Fits 80 columns while there is one element type; the sentence below the table names it.
        var severalTypes = result.Suites.Select(s => s.Type).Distinct().Count() > 1;
        (string Header, bool Right, bool Shown, Func<SuiteResult, string> Cell)[] columns =
        [
            ("loss", false, true, s => s.Loss.Name),
            ("kind", false, true, s => CaseName.Word(s.Kind)),
            ("dtype", false, severalTypes, s => s.Type.Name),
            ("cases", true, true, s => Text($"{s.Cases}")),
            ("shapes", true, true, s => Text($"{s.Shapes.Count}")),
            ("agree", true, true, s => Text($"{s.Counts[Verdict.Agrees]}")),
            ("error/bound", true, true, Worst),
            ("false accept", true, true, s => s.FalseAcceptLog2 is { } log2 ? NumberFormat.PowerOfTwo(log2) : "–"),
            ("cases/s", true, true, s => Text($"{s.Cases / s.Elapsed.TotalSeconds:0}")),
        ];
        var table = new Table { Border = TableBorder.None };
        foreach (var (header, right, _, _) in columns.Where(c => c.Shown))
        {
            table.AddColumn(new TableColumn(header) { Alignment = right ? Justify.Right : Justify.Left, Padding = new Padding(0, 0, 1, 0) });
        }

        foreach (var suite in result.Suites)
        {
            table.AddRow([.. columns.Where(c => c.Shown).Select(c => Markup.Escape(c.Cell(suite)))]);
        }

        return table;
    }

    // On exact cases there is no bound: any difference at all is infinitely many of them.
    private static string Worst(SuiteResult suite) =>
        double.IsPositiveInfinity(suite.WorstErrorInBounds) ? "∞" : NumberFormat.Short(suite.WorstErrorInBounds);

    private static string Sentence(CheckResult result)
    {
        var all = result.Suites.Sum(s => s.Cases);
        var counts = Enum.GetValues<Verdict>().ToDictionary(v => v, v => result.Suites.Sum(s => s.Counts[v]));
        var types = string.Join(" and ", result.Suites.Select(s => s.Type).Distinct());
        var what = $"{result.Derivation.Name} against autograd on {result.Derivation.Network.Name} in {types}";
        if (result.Verdict == Verdict.Agrees)
        {
            // Suites share their random bits, so their probabilities do not multiply: the strongest one counts.
            var log2 = result.Suites.Min(s => s.FalseAcceptLog2 ?? 0);
            var proof = log2 <= -1 ? $"; a wrong integer polynomial would pass with probability at most {NumberFormat.PowerOfTwo(log2)}" : "";
            return Text($"✓ {what}: all {all} cases agree{proof}.");
        }

        var parts = counts.Where(c => c.Value > 0).Select(c => Text($"{c.Value} {c.Key.Word().Replace("agrees", "agree", StringComparison.Ordinal)}"));
        return Text($"{CaseText.Mark(result.Verdict)} {what}: of {all} cases {string.Join(", ", parts)}.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

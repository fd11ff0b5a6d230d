using System.Text;
using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>A report as Markdown, for a comment on a pull request or the summary of a job: compact, every case folded
/// away but the first.</summary>
internal static class MarkdownReport
{
    // GitHub takes 65 536 characters in a comment; what is said about what is left out fits into the rest.
    private const int MostCharacters = 65_000;
    private const int CasesShown = 20;
    private const int RowsShown = 30;
    private const int SentencesShown = 20;
    private const int LongestSentence = 2000;
    private const int LargestFormula = 12;

    /// <summary>The text, at most 65 536 characters.</summary>
    public static string Of(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder($"## {report.Verdict.Mark()} {Code(report.Title)}\n\n{Text(report.Sentence)}\n\n");
        text.Append(report.Checks switch { [] => "", [var only] => Suites(only), var several => Checks(several) });
        Add(text, "cases", report.Cases.Count, report.Cases.Take(CasesShown).Select((c, i) => Case(c, isOpen: i == 0)));
        Add(text, "update runs", report.Updates.Count, report.Updates.Select(u =>
            $"{u.Verdict.Mark()} {Text(u.Sentence)}\n\n{Markdown.Block("sh", PlainText.Quote(u.Replay, LongestSentence))}\n"));
        return text.ToString();
    }

    // Whole parts in their order while there is room, and then how many there are besides.
    private static void Add(StringBuilder text, string what, int count, IEnumerable<string> parts)
    {
        var shown = 0;
        foreach (var part in parts.TakeWhile(p => text.Length + p.Length <= MostCharacters))
        {
            text.Append(part);
            shown++;
        }

        text.Append(
            shown == count
                ? ""
                : FormattableString.Invariant(
                    $"… and {count - shown} more {what}, which the HTML and the JSON report show.\n\n"));
    }

    private static string Text(string text) => Markdown.Text(PlainText.Quote(text, LongestSentence));

    private static string Code(string text) => Markdown.Code(PlainText.Quote(text, LongestSentence));

    private static string Short(string name) => Markdown.Code(PlainText.Quote(name));

    private static string Table(IReadOnlyList<string> header, int numbers, IReadOnlyList<IReadOnlyList<string>> rows) =>
        Markdown.Table(header, numbers, rows.Take(RowsShown))
        + (
            rows.Count <= RowsShown
                ? ""
                : FormattableString.Invariant($"\n… and {rows.Count - RowsShown} more rows.\n"));

    private static string Suites(ReportedCheck check) => Table(
        ["loss", "kind", "dtype", "cases", "agree", "error/bound", "power"],
        4,
        [.. check.Suites.Select(s => (IReadOnlyList<string>)[Short(s.Loss), CaseId.Word(s.Kind), Short(s.Type), .. Numbers([s])])]) + string.Concat(check.Covered.Select(line => $"\n{Text(line)}\n")) + "\n";

    private static string Checks(IReadOnlyList<ReportedCheck> checks) => Table(
        ["", "derivation", "network", "cases", "agree", "error/bound", "power"],
        4,
        [.. checks.Select(c => (IReadOnlyList<string>)[c.Verdict.Mark(), Short(c.Derivation), Short(c.Network), .. Numbers(c.Suites)])]) + "\n";

    // Suites share their random bits, and none speaks for another: of several there is no number.
    private static IReadOnlyList<string> Numbers(IReadOnlyList<ReportedSuite> suites) =>
    [
        FormattableString.Invariant($"{suites.Sum(s => s.Cases)}"),
        FormattableString.Invariant($"{suites.Sum(s => (long)s.Agreeing)}"),
        NumberFormat.InBounds(suites.Select(s => s.WorstErrorInBounds).DefaultIfEmpty().Max()),
        suites is [var one] ? one.Power : "–",
    ];

    private static string Case(ReportedCase reported, bool isOpen)
    {
        var text = new StringBuilder($"<details{(isOpen ? " open" : "")}><summary>{reported.Verdict.Mark()} {Markdown.Html(PlainText.Quote(reported.Name, LongestSentence))}</summary>\n\n");
        IReadOnlyList<ReportedTensor> tensors = reported.Gradients.Count switch
        {
            0 => [reported.Forward],
            <= RowsShown => [.. reported.OnTheWayBack ?? [], .. reported.Gradients],
            // what is wrong is not to be left out
            _ =>
                [.. (reported.OnTheWayBack ?? []).Concat(reported.Gradients).OrderBy(t => t.Verdict == Verdict.Agrees)],
        };
        text.Append(Table(["", "size", "found"], 0, [.. tensors.Select(t => (IReadOnlyList<string>)
            [Short(t.Name), t.Axes.ToString(), Text(CaseText.Finding(reported, t))])]));
        text.Append('\n');
        var sentences = reported.Diagnosis.Select(d => $"**Diagnosis: {Text(d.Sentence)}** {Text(FormattableString.Invariant($"(residual {NumberFormat.Short(d.Residual)}, seen in {d.Cases} cases)"))}")
            .Concat(reported.FirstWrong is { } first ? [Text(first)] : [])
            .Concat(reported.Unexplained.Select(u => $"No diagnosis: {Text(u)}"))
            .Concat(
                tensors.Where(t => t.Formula.Count is > 0 and <= LargestFormula && t.Verdict != Verdict.Agrees).Select(
                    t => Code($"∂L/∂{t.Name} = {string.Join(" + ", t.Formula.Select(f => f.Text))}")))
            .Concat(reported.Agreement is { } agreement ? [Text(agreement)] : [])
            .Concat(reported.FailsLike is { } other ? [$"Fails on the same gradients as {Code(other)}"] : [])
            .Concat(reported.Test is { } test ? [$"Test: {Code(test)}"] : []).ToList();
        foreach (var sentence in sentences.Take(SentencesShown))
        {
            text.Append(sentence).Append("\n\n");
        }

        text.Append(
            sentences.Count <= SentencesShown
                ? ""
                : FormattableString.Invariant($"… and {sentences.Count - SentencesShown} more sentences.\n\n"));

        text.Append(
            Markdown.Block(
                reported.Replay.StartsWith("gradoracle ", StringComparison.Ordinal) ? "sh" : "csharp",
                PlainText.Quote(reported.Replay, LongestSentence)));
        if (reported.Smallest is { } smallest && smallest.Name != reported.Name)
        {
            text.Append($"\nThe same failure in small:\n\n{Markdown.Block("sh", PlainText.Quote(smallest.Replay, LongestSentence))}");
        }

        return text.Append("\n</details>\n\n").ToString();
    }
}

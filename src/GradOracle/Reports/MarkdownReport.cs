using System.Text;

namespace GradOracle.Reports;

/// <summary>A report as Markdown, for a comment on a pull request or the summary of a job: compact, every case folded away but the first.</summary>
internal static class MarkdownReport
{
    // GitHub takes 65 536 characters in a comment.
    private const int CasesShown = 20;
    private const int LargestFormula = 12;

    /// <summary>The text.</summary>
    public static string Of(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder($"## {report.Verdict.Mark()} {Markdown.Code(report.Title)}\n\n{Markdown.Text(report.Sentence)}\n\n");
        text.Append(report.Checks switch { [] => "", [var only] => Suites(only), var several => Checks(several) });
        foreach (var (reported, index) in report.Cases.Take(CasesShown).Select((c, i) => (c, i)))
        {
            text.Append(Case(reported, isOpen: index == 0));
        }

        if (report.Cases.Count > CasesShown)
        {
            text.Append(FormattableString.Invariant($"… and {report.Cases.Count - CasesShown} more cases, which the HTML and the JSON report show.\n\n"));
        }

        foreach (var update in report.Updates)
        {
            text.Append($"{update.Verdict.Mark()} {Markdown.Text(update.Sentence)}\n\n{Markdown.Block("sh", update.Replay)}\n");
        }

        return text.ToString();
    }

    private static string Suites(ReportedCheck check) => Markdown.Table(
        ["loss", "kind", "dtype", "cases", "agree", "error/bound", "false accept"],
        4,
        check.Suites.Select(s => (IReadOnlyList<string>)[Markdown.Code(s.Loss), CaseName.Word(s.Kind), Markdown.Code(s.Type), .. Numbers([s])])) + "\n";

    private static string Checks(IReadOnlyList<ReportedCheck> checks) => Markdown.Table(
        ["", "derivation", "network", "cases", "agree", "error/bound", "false accept"],
        4,
        checks.Select(c => (IReadOnlyList<string>)[c.Verdict.Mark(), Markdown.Code(c.Derivation), Markdown.Code(c.Network), .. Numbers(c.Suites)])) + "\n";

    // Suites share their random bits: the strongest false accept counts.
    private static IReadOnlyList<string> Numbers(IReadOnlyList<ReportedSuite> suites) =>
    [
        FormattableString.Invariant($"{suites.Sum(s => s.Cases)}"),
        FormattableString.Invariant($"{suites.Sum(s => (long)s.Agreeing)}"),
        NumberFormat.InBounds(suites.Select(s => s.WorstErrorInBounds).DefaultIfEmpty().Max()),
        suites.Min(s => s.FalseAcceptLog2) is { } log2 ? NumberFormat.PowerOfTwo(log2) : "–",
    ];

    private static string Case(ReportedCase reported, bool isOpen)
    {
        var text = new StringBuilder($"<details{(isOpen ? " open" : "")}><summary>{reported.Verdict.Mark()} {Markdown.Html(reported.Name)}</summary>\n\n");
        var tensors = reported.Gradients.Count == 0 ? [reported.Forward] : reported.Gradients;
        text.Append(Markdown.Table(["", "size", "found"], 0, tensors.Select(t => (IReadOnlyList<string>)
            [Markdown.Code(t.Name), FormattableString.Invariant($"{t.Rows}×{t.Columns}"), Markdown.Text(CaseText.Finding(reported, t))])));
        text.Append('\n');
        foreach (var sentence in reported.Diagnosis.Select(d => $"**Diagnosis: {Markdown.Text(d.Sentence)}** {Markdown.Text(FormattableString.Invariant($"(residual {NumberFormat.Short(d.Residual)}, seen in {d.Cases} cases)"))}")
            .Concat(reported.Unexplained.Select(u => $"No diagnosis: {Markdown.Text(u)}"))
            .Concat(tensors.Where(t => t.Formula.Count is > 0 and <= LargestFormula && t.Verdict != Verdict.Agrees).Select(t => Markdown.Code($"∂L/∂{t.Name} = {string.Join(" + ", t.Formula.Select(f => f.Text))}")))
            .Concat(reported.Agreement is { } agreement ? [Markdown.Text(agreement)] : [])
            .Concat(reported.FailsLike is { } other ? [$"Fails on the same gradients as {Markdown.Code(other)}"] : [])
            .Concat(reported.Test is { } test ? [$"Test: {Markdown.Code(test)}"] : []))
        {
            text.Append(sentence).Append("\n\n");
        }

        text.Append(Markdown.Block(reported.Replay.StartsWith("gradoracle ", StringComparison.Ordinal) ? "sh" : "csharp", reported.Replay));
        if (reported.Smallest is { } smallest && smallest.Name != reported.Name)
        {
            text.Append($"\nThe same failure in small:\n\n{Markdown.Block("sh", smallest.Replay)}");
        }

        return text.Append("\n</details>\n\n").ToString();
    }
}

using System.Text.Json.Serialization;

namespace GradOracle.Reports;

/// <summary>What one run found, as a value: all that its renderings (terminal, Markdown, HTML, JSON) show, and nothing
/// that depends on when or where it ran.</summary>
internal sealed record Report
{
    /// <summary>What a JSON file of ours says under <c>schema</c>.</summary>
    public const string SchemaName = "gradoracle-report/1";

    /// <summary>The format.</summary>
    public string Schema { get; init; } = SchemaName;

    /// <summary>What was run, in one line: a command or the name of a test assembly.</summary>
    public required string Title { get; init; }

    /// <summary>The worst verdict of all checks, cases and updates.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The verdict in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Which part of the run it is of; null where it is of all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportedShard? Shard { get; init; }

    /// <summary>How many of what a run of tests checked; null where it was no run of tests.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReportedTotal>? Totals { get; init; }

    /// <summary>Sweeps over random cases, one for each derivation.</summary>
    public IReadOnlyList<ReportedCheck> Checks { get; init; } = [];

    /// <summary>Cases one by one: of a check the worst verdict first and then the smallest, of tests as they came. Case
    /// 1 is the first.</summary>
    public IReadOnlyList<ReportedCase> Cases { get; init; } = [];

    /// <summary>Update runs.</summary>
    public IReadOnlyList<ReportedUpdate> Updates { get; init; } = [];

    /// <summary>A report of these, with the worst of their verdicts and a sentence about all.</summary>
    public static Report Of(
        string title,
        IReadOnlyList<ReportedCheck> checks,
        IReadOnlyList<ReportedCase> cases,
        params IReadOnlyList<ReportedUpdate> updates) => new()
        {
            Title = title,
            Verdict = checks.Select(c => c.Verdict).Concat(cases.Select(c => c.Verdict)).Concat(
            updates.Select(u => u.Verdict)).DefaultIfEmpty().Max(),
            Sentence = (checks, cases, updates) switch
            {
                ([var only], _, []) when cases.All(c => c.Derivation == only.Derivation && c.Test is null) =>
                    only.Sentence,
                ([], [var only], []) => $"{only.Name}: {only.Verdict.Word()}",
                ([], [], [var only]) => only.Sentence,
                _ => string.Join("; ", new[] { Count("check", [.. checks.Select(c => c.Verdict)]), Count("case", [.. cases.Select(c => c.Verdict)]), Count("update run", [.. updates.Select(u => u.Verdict)]) }.OfType<string>()),
            },
            Checks = checks,
            Cases = cases,
            Updates = updates,
        };

    /// <summary>This report of a run of tests, whose sentence counts failures among all that was checked.</summary>
    public Report With(IReadOnlyList<ReportedTotal> totals)
    {
        var sentences = totals.OrderByDescending(t => t.Failing > 0).Select(t => t.Sentence).OfType<string>().ToList();
        return sentences.Count == 0 ? this : this with { Totals = totals, Sentence = string.Join("; ", sentences) };
    }

    private static string? Count(string what, IReadOnlyList<Verdict> verdicts) =>
        (verdicts.Count, verdicts.Count(v => v != Verdict.Agrees)) switch
        {
            (0, _) => null,
            (1, 0) => $"1 {what} agrees",
            (1, _) => $"1 {what} does not agree",
            var (all, wrong) when wrong == 0 => FormattableString.Invariant($"all {all} {what}s agree"),
            var (all, wrong) => FormattableString.Invariant($"{wrong} of {all} {what}s do not agree"),
        };
}

using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>Cases of one derivation that fail for the same reason: one finding, however many show it.</summary>
/// <param name="Said">The diagnosis in words, or else which gradients are wrong.</param>
/// <param name="Cases">The cases, each with its number in the report, from 1.</param>
internal sealed record CaseGroup(string Said, IReadOnlyList<(ReportedCase Case, int Number)> Cases)
{
    /// <summary>The case that speaks for all: one that was looked into, the smallest of those.</summary>
    public (ReportedCase Case, int Number) Leading { get; } = Cases
        .OrderByDescending(c => IsLookedInto(c.Case))
        .ThenByDescending(
            c => TensorsOf(c.Case).Any(t => t is { Map: not null, Verdict: Verdict.Disagrees }))
        .ThenBy(c => TensorsOf(c.Case).Sum(t => (long)t.Rows * t.Columns))
        .ThenBy(c => c.Number).First();

    /// <summary>The diagnosis in words, or else which gradients are wrong, and why they cannot be compared.</summary>
    public string What =>
        Said == Leading.Case.Gist && Leading.Case.Wrong.FirstOrDefault() is { Reason: { } reason } wrong
            && wrong.Verdict != Verdict.Disagrees
            ? $"{Said}: {reason}"
            : Said == Leading.Case.Gist && Leading.Case.Gradients.Count == 0
            ? $"{Said}: the outputs differ, so gradients are not compared"
            : Said;

    /// <summary>Whether approved values are what they fail.</summary>
    public bool IsOfFixtures => Cases.All(c => c.Case.Expected == ReportedCase.Approved);

    /// <summary>How many, of what: <c>96 fixtures of shared-weight</c>.</summary>
    public string Count
    {
        get
        {
            var count = Cases.Select(c => (c.Case.Name, c.Case.Test)).Distinct().Count();
            var noun = (IsOfFixtures ? "fixture" : "case") + (count == 1 ? "" : "s");
            return FormattableString.Invariant($"{count} {noun} of {PlainText.Quote(Leading.Case.Derivation)}");
        }
    }

    /// <summary>The groups of a report, those with a diagnosis first.</summary>
    public static IReadOnlyList<CaseGroup> Of(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);

        // A case that fails like another goes with it.
        var named = report.Cases.GroupBy(c => c.Name).ToDictionary(group => group.Key, group => group.First());
        ReportedCase LookedInto(ReportedCase reported) =>
            reported.FailsLike is { } like ? named.GetValueOrDefault(like, reported) : reported;
        return
        [
            .. report.Cases.Select((c, i) => (Case: c, Number: i + 1)).Where(c => c.Case.Verdict != Verdict.Agrees)
                .GroupBy(
                    c => (
                        c.Case.Network,
                        c.Case.Derivation,
                        c.Case.Expected,
                        c.Case.Actual,
                        What: Words(LookedInto(c.Case))))
                .Select(group => new CaseGroup(group.Key.What, [.. group]))
                .OrderByDescending(group => group.Leading.Case.Diagnosis.Count > 0),
        ];
    }

    private static bool IsLookedInto(ReportedCase reported) =>
        reported.Diagnosis.Count + reported.Unexplained.Count > 0;

    private static string Words(ReportedCase reported) => IsLookedInto(reported)
        ? string.Join("; ", reported.Diagnosis.Select(d => d.Sentence).Concat(reported.Unexplained))
        : reported.Gist;

    private static IEnumerable<ReportedTensor> TensorsOf(ReportedCase reported) =>
        reported.Gradients.Prepend(reported.Forward);
}

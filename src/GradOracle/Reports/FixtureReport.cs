using GradOracle.Fixtures;

namespace GradOracle.Reports;

/// <summary>What does not give a fixture's approved values, as parts of a report.</summary>
internal static class FixtureReport
{
    /// <summary>A case for each of those that do not give them, the derivation and autograd.</summary>
    /// <param name="failures">What was found out about them.</param>
    /// <param name="replay">What runs the case again; by default C#.</param>
    public static IReadOnlyList<ReportedCase> Of(IReadOnlyList<FixtureFailure> failures, ReplayLine? replay = null)
    {
        ArgumentNullException.ThrowIfNull(failures);
        var (agreement, odd) = Agreement(failures);
        return [.. failures.Select(f => CaseReport.Of(f.Analysis, replay) with
        {
            Expected = ReportedCase.Approved,
            Actual = f.Actual,
            Agreement = agreement,
            OddOneOut = odd,
        })];
    }

    /// <summary>Failures as text: what differs from the approved values, why, and who still gives them.</summary>
    public static string Text(IReadOnlyList<ReportedCase> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);

        // Said of all of them together, and so after the last. The smallest case that fails alike is for the page: a
        // line of a derivation that is broken breaks many fixtures.
        return string.Concat([.. failures.Select(f => CaseText.Of(f with { Agreement = null, Smallest = null })), .. failures.Take(1).Select(f => $"  {f.Agreement}\n")]);
    }

    // Who still gives the approved values, in words, and the one that alone does not.
    private static (string Sentence, string? OddOneOut) Agreement(IReadOnlyList<FixtureFailure> failures) =>
        failures switch
        {
            [{ Actual: "derivation" }] =>
                ("autograd still gives the approved values: the derivation is the odd one out", "derivation"),
            [{ Actual: "autograd" }] =>
                ("the derivation still gives the approved values: autograd is the odd one out", "autograd"),
            _ => ("both derivation and autograd differ from the approved values: the fixture was edited, or its case has another meaning now", null),
        };
}

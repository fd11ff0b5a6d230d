using GradOracle.Diagnoses;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle;

/// <summary>What a check found.</summary>
public sealed record CheckResult
{
    internal CheckResult(Derivation derivation, IReadOnlyList<SuiteResult> suites) =>
        (Derivation, Suites) = (derivation, suites);

    /// <summary>The derivation that was on trial.</summary>
    public Derivation Derivation { get; }

    /// <summary>The worst verdict of all cases.</summary>
    public Verdict Verdict => Suites.Max(s => s.Verdict);

    /// <summary>The report: the cases that do not agree, and the verdict in one sentence.</summary>
    public override string ToString()
    {
        var (check, cases) = Report(AnalysisDepth.Terminal);
        return string.Concat([
            .. cases.Select(c => $"{CaseText.Of(c)}\n"), .. check.Warnings.Select(w => $"{w}\n"),
            $"{check.Verdict.Mark()} {check.Sentence}"]);
    }

    /// <summary>One entry for each loss, kind and element type.</summary>
    internal IReadOnlyList<SuiteResult> Suites { get; }

    /// <summary>Losses with which the network has no exact cases at all, because something on the way is smooth and no
    /// polynomial.</summary>
    internal IReadOnlyList<Loss> WithoutExactCases { get; init; } = [];

    /// <summary>The gradients that were said to be zero by mathematics.</summary>
    internal IReadOnlyList<string> KnownZero { get; init; } = [];

    /// <summary>The check, and the findings it kept as cases: the worst verdict first, then the smallest.</summary>
    /// <param name="depth">How much of the findings is looked into and told.</param>
    /// <param name="replay">What runs a finding again; by default C#.</param>
    internal (ReportedCheck Check, IReadOnlyList<ReportedCase> Cases) Report(
        AnalysisDepth depth, ReplayLine? replay = null) =>
        (
            CheckReport.Of(Derivation, Suites, WithoutExactCases, KnownZero),
            [.. FailureAnalysis.Of(Derivation, Suites, depth).Select(a => CaseReport.Of(a, replay))]);
}

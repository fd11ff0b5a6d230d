using GradOracle.Diagnoses;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>A check over random cases as a part of a report.</summary>
internal static class CheckReport
{
    /// <summary>The check, and the findings it kept as cases: the worst verdict first, then the smallest.</summary>
    /// <param name="result">The check.</param>
    /// <param name="depth">How much of the findings is told.</param>
    public static (ReportedCheck Check, IReadOnlyList<ReportedCase> Cases) Of(CheckResult result, ReportDepth depth)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(depth);
        var (derivation, network) = (result.Derivation, result.Derivation.Network);
        var check = new ReportedCheck(network.Name, derivation.Name, derivation.Summary, result.Verdict, Sentence(result), [.. result.Suites.Select(s => Suite(network, s))])
        {
            WithoutExactCases = [.. result.WithoutExactCases.Select(l => l.Name)],
            Warnings = [.. Warnings(result)],
        };
        return (check, Cases(derivation, [.. result.Suites.SelectMany(s => s.Findings).OrderByDescending(f => f.Verdict).ThenBy(f => f.Size).Take(depth.Cases)], depth));
    }

    // What fails on the same gradients is mostly wrong for the same reason: the smallest case of each kind of failure is looked into.
    private static List<ReportedCase> Cases(Derivation derivation, IReadOnlyList<CaseComparison> findings, ReportDepth depth)
    {
        var examined = new Dictionary<string, string>();
        var cases = new List<ReportedCase>();
        foreach (var finding in findings)
        {
            var kind = $"{finding.Verdict}: {string.Join(' ', finding.Tensors.Where(t => t.Verdict != Verdict.Agrees).Select(t => t.Name))}";
            var inFull = cases.Count < depth.InFull;
            var like = finding.HasGenuineMismatch ? examined.GetValueOrDefault(kind) : null;
            if (finding.HasGenuineMismatch && like is null && examined.Count < depth.Examined)
            {
                examined.Add(kind, finding.Name);
                cases.Add(CaseReport.Of(derivation, FailureAnalysis.Of(derivation, finding.Case), depth.InFull > 0));
            }
            else
            {
                cases.Add((inFull ? CaseReport.InFull(derivation, finding) : CaseReport.Of(derivation, finding)) with { FailsLike = like });
            }
        }

        return cases;
    }

    private static ReportedSuite Suite(Network network, SuiteResult suite) => new()
    {
        Loss = suite.Loss.Name,
        Kind = suite.Kind,
        Type = suite.Type.Name,
        Counts = suite.Counts.Where(c => c.Value > 0).OrderBy(c => c.Key).ToDictionary(),
        WorstErrorInBounds = suite.WorstErrorInBounds,
        FalseAcceptLog2 = suite.FalseAcceptLog2,
        WidestBound = NumberFormat.RoundedUp(suite.Evidence.WidestBound), // its last digits depend on the machine
        Estimated = suite.Evidence.Estimated,
        NotApplicable = [.. suite.NotApplicable.Select(n => new ReportedReason(n.Oracle, n.Reason))],
        Shapes = [.. suite.Shapes.Select(s => new ReportedShape(
            s.Shape.Dimensions.ToDictionary(d => d.Name, d => d.Size), network.Tensors(s.Shape).Where(t => t.IsDifferentiated).Sum(t => t.Length), s.Cases, s.Verdict, s.WorstErrorInBounds))],
    };

    private static IEnumerable<string> Warnings(CheckResult result)
    {
        var evidence = Evidence.Of(result.Suites.Select(s => s.Evidence));
        foreach (var tensor in evidence.Untested)
        {
            yield return $"the gradient of {tensor} is zero whatever the values: nothing was tested";
        }

        foreach (var (reason, count) in evidence.Detours)
        {
            var cases = count == 1 ? "case is" : "cases are";
            yield return FormattableString.Invariant($"{count} exact {cases} held to the rounding bound, not to equality: {reason}");
        }
    }

    private static string Sentence(CheckResult result)
    {
        var all = result.Suites.Sum(s => s.Cases);
        var counts = Enum.GetValues<Verdict>().ToDictionary(v => v, v => result.Suites.Sum(s => s.Counts[v]));
        var types = string.Join(" and ", result.Suites.Select(s => s.Type).Distinct());
        var what = $"{result.Derivation.Name} against autograd on {result.Derivation.Network.Name} in {types}";
        if (result.Verdict == Verdict.Agrees)
        {
            var worth = string.Concat(Worth.Of(result).Select(clause => $"; {clause}"));
            return FormattableString.Invariant($"{what}: all {all} cases agree{worth}.");
        }

        var parts = counts.Where(c => c.Value > 0).Select(c => FormattableString.Invariant($"{c.Value} {c.Key.Word().Replace("agrees", "agree", StringComparison.Ordinal)}"));
        return FormattableString.Invariant($"{what}: of {all} cases {string.Join(", ", parts)}.");
    }
}

/// <summary>How much a report tells of the findings of one check.</summary>
/// <param name="Cases">How many findings it has at most.</param>
/// <param name="Examined">How many of them are looked into at most, some tenths of a second each; one of each kind of failure.</param>
/// <param name="InFull">How many have their matrices.</param>
internal sealed record ReportDepth(int Cases, int Examined, int InFull)
{
    /// <summary>What fits a terminal.</summary>
    public static ReportDepth Terminal { get; } = new(3, 1, 0);

    /// <summary>What a person wants to look around in.</summary>
    public static ReportDepth Page { get; } = new(100, 8, 24);
}

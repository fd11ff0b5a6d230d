using GradOracle.Messages;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>A check over random cases as a part of a report.</summary>
internal static class CheckReport
{
    /// <summary>The check without its findings.</summary>
    /// <param name="derivation">The derivation that was on trial.</param>
    /// <param name="suites">What was found.</param>
    /// <param name="withoutExactCases">Losses with which the network has no exact cases at all.</param>
    /// <param name="knownZero">The gradients that were said to be zero by mathematics.</param>
    public static ReportedCheck Of(
        Derivation derivation,
        IReadOnlyList<SuiteResult> suites,
        IReadOnlyList<Loss> withoutExactCases,
        IReadOnlyList<string>? knownZero = null) =>
        new(
            derivation.Network.Name,
            derivation.Name,
            derivation.Summary,
            suites.Max(s => s.Verdict),
            Sentence(derivation, suites),
            [.. suites.Select(s => Suite(derivation.Network, s))])
        {
            WithoutExactCases = [.. withoutExactCases.Select(l => l.Name)],
            Covered = Coverage.Of(suites),
            Warnings = [.. Warnings(suites, knownZero ?? [])],
        };

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
            s.Shape.Dimensions.ToDictionary(d => d.Name, d => d.Size), network.Tensors(s.Shape)
                .Where(t => t.IsDifferentiated)
                .Sum(t => t.Length), s.Cases, s.Verdict, s.WorstErrorInBounds))],
    };

    private static IEnumerable<string> Warnings(IReadOnlyList<SuiteResult> suites, IReadOnlyList<string> knownZero)
    {
        var evidence = Evidence.Of(suites.Select(s => s.Evidence));
        foreach (var tensor in evidence.Untested.Where(knownZero.Contains))
        {
            yield return $"the gradient of {tensor} is zero by mathematics, as was said: it is zero within rounding on both sides";
        }

        if (evidence.Untested.Except(knownZero).ToList() is { Count: > 0 } untested)
        {
            var which = TensorWords.GradientsAre(untested);
            yield return $"{which} zero whatever the values: nothing was tested; where that is mathematics, say so: KnownZero";
        }

        foreach (var (reason, count) in evidence.Detours)
        {
            var cases = count == 1 ? "case is" : "cases are";
            yield return FormattableString.Invariant(
                $"{count} exact {cases} held to the rounding bound, not to equality: {reason}");
        }
    }

    private static string Sentence(Derivation derivation, IReadOnlyList<SuiteResult> suites)
    {
        var all = suites.Sum(s => s.Cases);
        var counts = Enum.GetValues<Verdict>().ToDictionary(v => v, v => suites.Sum(s => s.Counts[v]));
        var types = string.Join(" and ", suites.Select(s => s.Type).Distinct());
        var network = derivation.Network.Name == derivation.Name ? "" : $" on {derivation.Network.Name}";
        var what = $"{derivation.Name} against autograd{network} in {types}";
        if (suites.Max(s => s.Verdict) == Verdict.Agrees)
        {
            var worth = string.Concat(Worth.Of(suites).Select(clause => $"; {clause}"));
            return FormattableString.Invariant($"{what}: all {all} cases agree{worth}.");
        }

        var parts = counts.Where(c => c.Value > 0).Select(
            c => FormattableString.Invariant(
                $"{c.Value} {c.Key.Word().Replace("agrees", "agree", StringComparison.Ordinal)}"));
        return FormattableString.Invariant($"{what}: of {all} cases {string.Join(", ", parts)}.");
    }
}

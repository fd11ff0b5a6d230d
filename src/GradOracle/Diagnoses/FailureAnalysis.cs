using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>One case that does not agree, and all that was found out about it: reports tell it, and compute
/// nothing.</summary>
/// <param name="Derivation">The derivation on trial.</param>
/// <param name="Found">Its comparison, with who agrees with whom where that was asked.</param>
internal sealed record FailureAnalysis(Derivation Derivation, CaseComparison Found)
{
    // Oracles that go entry by entry are slow on large cases.
    private const int LargestPanelCase = 1 << 11;

    private static readonly Diagnosis s_random = Diagnosis.Of(
        "the derivation gives different gradients for the same case: it is not deterministic");
    private static readonly Diagnosis s_notCleared = Diagnosis.Of(
        "every call adds its gradients to those of the calls before: a buffer is not cleared");
    private static readonly Diagnosis s_state = Diagnosis.Of(
        "the gradients of a case are others after another case was run: the derivation keeps something between calls");
    private static readonly Diagnosis s_elsewhere = Diagnosis.Of(
        "the mistake shows in no float64 case that was tried: it depends on the element type, or on values or sizes of its own");

    /// <summary>The comparison entry by entry, where its matrices are to be shown.</summary>
    public Comparison? Entries { get; init; }

    /// <summary>What the chain rule puts where the gradients do not agree, where that is to be shown.</summary>
    public ChainTerms? Terms { get; init; }

    /// <summary>What is wrong with the derivation; null where the derivation is right, or was not looked
    /// into.</summary>
    public Diagnosis? Diagnosis { get; init; }

    /// <summary>The smallest case that fails alike, or the case itself; null where it was not looked into.</summary>
    public Comparison? Smallest { get; init; }

    /// <summary>The name of a case that was looked into and fails on the same gradients.</summary>
    public string? FailsLike { get; init; }

    /// <summary>Looks into a case that does not agree: some tenths of a second.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="batch">A batch of one case.</param>
    /// <param name="inFull">Whether its matrices are to be shown.</param>
    public static FailureAnalysis Of(Derivation derivation, CaseStack batch, bool inFull = true)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        var comparison = Comparison.InBothOrders(derivation, batch);
        var described = comparison.Describe(0);
        var isSame = IsSame(comparison.Received, IsolatedRun.Of(derivation, batch));
        var isForwardWrong = isSame && !described.IsMisconduct && described.Forward.Verdict > Verdict.Inconclusive;
        var canBeLookedInto = isSame && !described.IsMisconduct && described.Forward.Verdict <= Verdict.Inconclusive
            && described.Tensors.Any(t => t.Verdict >= Verdict.Disagrees);
        var smallest = canBeLookedInto && Shrinker.Shrink(derivation, batch, described) is { } name
            ? Comparison.Of(derivation, CaseGenerator.Generate(name))
            : comparison;
        var oracles = smallest.Case.Tensors.Sum(t => t.Length) <= LargestPanelCase
            ? Oracle.All.All
            : Oracle.All.All.Take(1);
        var crossCheck = CrossCheck.Of(smallest.Case, 0, smallest.Received, Oracle.Ask(smallest.Case, oracles));
        var analysis = new FailureAnalysis(derivation, described with { CrossCheck = crossCheck })
        {
            Diagnosis = !isSame ? Memory.Grows(derivation, batch, comparison) ? s_notCleared : s_random
                : canBeLookedInto ? Memory.Remembers(derivation, batch) ? s_state : FaultLocalization.Of(derivation, batch) ?? Habits.Elsewhere(derivation, batch, described) ?? s_elsewhere
                : isForwardWrong ? ForwardDiagnosis.Of(derivation, batch) : null,
            Smallest = smallest,
        };
        return inFull ? analysis.With(comparison) : analysis;
    }

    /// <summary>A case with its matrices, not looked into further.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="found">What was found when it was compared, alone or among others.</param>
    public static FailureAnalysis InFull(Derivation derivation, CaseComparison found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var comparison = Comparison.Of(derivation, found.Case);

        // Alone a batch may round otherwise than among others: what is shown is what the replay gives, unless that is
        // another verdict.
        var alone = comparison.Describe(0) with { CrossCheck = found.CrossCheck };
        var isSame = alone.Verdict == found.Verdict || found.Verdict == Verdict.OraclesDisagree;
        return isSame
            ? new FailureAnalysis(derivation, alone with { Verdict = found.Verdict }).With(comparison)
            : new(derivation, found);
    }

    /// <summary>The findings of a check: the worst verdict first, then the smallest.</summary>
    /// <remarks>What fails on the same gradients is mostly wrong for the same reason: the smallest of each kind of
    /// failure is looked into.</remarks>
    public static IReadOnlyList<FailureAnalysis> Of(
        Derivation derivation, IReadOnlyList<SuiteResult> suites, AnalysisDepth depth)
    {
        ArgumentNullException.ThrowIfNull(depth);
        var findings = suites.SelectMany(s => s.Findings)
            .OrderByDescending(f => f.Verdict)
            .ThenBy(f => f.Size)
            .ThenBy(f => f.Difficulty)
            .Take(depth.Cases);
        var lookedInto = new Dictionary<string, string>();
        var analyses = new List<FailureAnalysis>();
        foreach (var finding in findings)
        {
            var kind = $"{finding.Verdict}: {string.Join(' ', finding.Failing.Select(t => t.Name))}";
            var isLookedInto = finding.HasGenuineMismatch && !finding.IsMisconduct;
            var like = isLookedInto ? lookedInto.GetValueOrDefault(kind) : null;
            if (isLookedInto && like is null && lookedInto.Count < depth.Examined)
            {
                lookedInto.Add(kind, finding.Name);
                analyses.Add(Of(derivation, finding.Case, depth.InFull > 0));
            }
            else
            {
                var isInFull = analyses.Count < depth.InFull;
                analyses.Add(
                    (isInFull ? InFull(derivation, finding) : new(derivation, finding)) with { FailsLike = like });
            }
        }

        return analyses;
    }

    /// <summary>This analysis with the matrices of a comparison.</summary>
    public FailureAnalysis With(Comparison entries) =>
        this with { Entries = entries, Terms = ChainTerms.Of(entries.Case, Found.Failing.Select(t => t.Name)) };

    private static bool IsSame(GradientStack a, GradientStack b) =>
        a.Gradients.All(
            g => g.Values.AsSpan().SequenceEqual(b[g.Name].Values) && a.FaultOf(0, g.Name) == b.FaultOf(0, g.Name));
}

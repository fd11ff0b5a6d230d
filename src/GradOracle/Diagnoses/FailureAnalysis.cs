using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>One case that does not agree, looked into: what is wrong, who agrees with whom, and the same failure in small.</summary>
/// <param name="Comparison">Its comparison.</param>
/// <param name="Diagnosis">What is wrong with the derivation; null where the derivation is right.</param>
/// <param name="CrossCheck">Who agrees with whom, on the smallest case.</param>
/// <param name="Smallest">The smallest case that fails alike, or the case itself.</param>
internal sealed record FailureAnalysis(Comparison Comparison, Diagnosis? Diagnosis, CrossCheck CrossCheck, Comparison Smallest)
{
    // Oracles that go entry by entry are slow on large cases.
    private const int LargestPanelCase = 1 << 11;

    private static readonly Diagnosis s_random = Diagnosis.Of("the derivation gives different gradients for the same case: it is not deterministic");
    private static readonly Diagnosis s_elsewhere = Diagnosis.Of(
        "the mistake shows in no float64 case that was tried: it depends on the element type, or on values or sizes of its own");

    /// <summary>Looks into a case that does not agree: some tenths of a second.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="batch">A batch of one case.</param>
    public static FailureAnalysis Of(Derivation derivation, CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        var comparison = GradientCheck.CompareInBothOrders(derivation, batch);
        var described = comparison.Describe(0);
        var isSame = IsSame(comparison.Received, IsolatedRun.Of(derivation, batch));
        var canBeLookedInto = isSame && !described.IsMisconduct && described.Verdict >= Verdict.Disagrees && described.Forward.Verdict <= Verdict.Inconclusive;
        var smallest = canBeLookedInto && Shrinker.Shrink(derivation, batch, described) is { } name ? GradientCheck.Compare(derivation, CaseGenerator.Generate(name)) : comparison;
        var oracles = smallest.Case.Tensors.Sum(t => t.Length) <= LargestPanelCase ? Oracle.All.All : Oracle.All.All.Take(1);
        return new(
            comparison,
            !isSame ? s_random : canBeLookedInto ? FaultLocalization.Of(derivation, batch) ?? s_elsewhere : null,
            CrossCheck.Of(smallest.Case, 0, smallest.Received, Oracle.Ask(smallest.Case, oracles)),
            smallest);
    }

    private static bool IsSame(GradientStack a, GradientStack b) =>
        a.Gradients.All(g => g.Values.AsSpan().SequenceEqual(b[g.Name].Values) && a.FaultOf(0, g.Name) == b.FaultOf(0, g.Name));
}

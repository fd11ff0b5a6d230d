using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Verdicts;

namespace GradOracle;

/// <summary>One case that does not agree, looked into: what is wrong, who agrees with whom, and the same failure in small.</summary>
/// <param name="Case">The case.</param>
/// <param name="Comparison">Its comparison.</param>
/// <param name="Diagnosis">What is wrong with the derivation; null where the derivation is right.</param>
/// <param name="Panel">Who agrees with whom, on the smallest case.</param>
/// <param name="Smallest">The smallest case that fails alike, or the case itself.</param>
public sealed record Examination(CaseBatch Case, CaseComparison Comparison, Diagnosis? Diagnosis, Panel Panel, SmallestFailure Smallest)
{
    // Oracles that go entry by entry are slow on large cases.
    private const int LargestPanelCase = 1 << 11;

    private static readonly Diagnosis s_random = new([], ["the derivation gives different gradients for the same case: it is not deterministic"], 0);
    private static readonly Diagnosis s_elsewhere = new([], ["the mistake shows in no float64 case that was tried: it depends on the element type, or on values or sizes of its own"], 0);

    /// <summary>Looks into a case that does not agree: some tenths of a second.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="batch">A batch of one case.</param>
    public static Examination Of(IDerivation derivation, CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        var comparison = GradientCheck.Compare(derivation, batch).Describe(0);
        var isSame = IsSame(Trial.Run(derivation, batch), Trial.Run(derivation, batch));
        var canBeLookedInto = isSame && comparison.Verdict >= Verdict.Disagrees && comparison.Forward.Verdict <= Verdict.Inconclusive;
        var smallest = canBeLookedInto && Shrinker.Shrink(derivation, batch, comparison) is { } name ? CaseGenerator.Generate(name) : batch;
        var received = Trial.Run(derivation, smallest);
        var oracles = smallest.Tensors.Sum(t => t.Length) <= LargestPanelCase ? Registry.Oracles.All : Registry.Oracles.All.Take(1);
        var answers = Panel.Ask(smallest, oracles);
        return new(
            batch,
            comparison,
            !isSame ? s_random : canBeLookedInto ? Diagnostician.Of(derivation, batch) ?? s_elsewhere : null,
            Panel.Of(smallest, 0, received, answers),
            new(smallest, GradientCheck.Compare(derivation, smallest).Describe(0), received, answers[0].Answer!.Gradients));
    }

    private static bool IsSame(GradientBatch a, GradientBatch b) =>
        a.Gradients.All(g => g.Values.AsSpan().SequenceEqual(b[g.Name].Values) && a.FaultOf(0, g.Name) == b.FaultOf(0, g.Name));
}

/// <summary>A failing case small enough to be followed by hand.</summary>
/// <param name="Case">The case.</param>
/// <param name="Comparison">Its comparison.</param>
/// <param name="Received">What the derivation gives.</param>
/// <param name="Autograd">What autograd gives.</param>
public sealed record SmallestFailure(CaseBatch Case, CaseComparison Comparison, GradientBatch Received, GradientBatch Autograd);

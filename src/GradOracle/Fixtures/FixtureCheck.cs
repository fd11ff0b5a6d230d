using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Fixtures;

/// <summary>Holds a derivation and autograd against a fixture's approved results.</summary>
public static class FixtureCheck
{
    private static readonly Autograd s_autograd = new();

    /// <summary>The comparisons that the fixture does not pass, each with whose values were on trial; none where it holds.</summary>
    public static IReadOnlyList<(string Actual, CaseComparison Comparison)> Failures(GradientFixture fixture, IDerivation derivation)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        ArgumentNullException.ThrowIfNull(derivation);
        var comparisons = new[]
        {
            (Actual: "derivation", Comparison: Compare(fixture, derivation.Differentiate(fixture.Case))),
            (Actual: "autograd", Comparison: Compare(fixture, s_autograd.Differentiate(fixture.Case))),
        };
        return [.. comparisons.Where(c => c.Comparison.Verdict != Verdict.Agrees)];
    }

    /// <summary>Received results against the approved ones.</summary>
    /// <remarks>Output and gradients: equal on exact cases, within the rounding bound on real ones. The loss, where it was received: within its rounding bound.</remarks>
    public static CaseComparison Compare(GradientFixture fixture, GradientBatch received)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        ArgumentNullException.ThrowIfNull(received);
        var comparison = Comparison.Of(fixture.Case, received, fixture.Results).Describe(0);
        return received.Losses.Count > 0 && CompareLoss(fixture, received.Losses[0]) is { Verdict: Verdict.Disagrees } loss
            ? comparison with { Verdict = comparison.Verdict > loss.Verdict ? comparison.Verdict : loss.Verdict, Tensors = [loss, .. comparison.Tensors] }
            : comparison;
    }

    // On exact cases too the loss may leave the lattice: it is as large as a product of two outputs.
    private static TensorComparison CompareLoss(GradientFixture fixture, double received)
    {
        var roundings = 0;
        var majorant = Autograd.Majorant(fixture.Case, (_, _, entries) => roundings = entries.Forward.Roundings + entries.Rows * entries.Columns).Losses[0];
        var bound = RoundingBound.Of(roundings, fixture.Name.Type, Math.Max(1, majorant)).At(majorant);
        var entry = new EntryComparison(0, 0, fixture.Results.Losses[0], received, bound);
        var agrees = Math.Abs(entry.Expected - entry.Actual) <= bound;
        return new("L", 1, 1, agrees ? Verdict.Agrees : Verdict.Disagrees, agrees ? 0 : 1, entry, null);
    }
}

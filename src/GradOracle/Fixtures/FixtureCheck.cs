using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Fixtures;

/// <summary>Holds a derivation and autograd against a fixture's approved results.</summary>
internal static class FixtureCheck
{
    /// <summary>What the derivation and autograd give for a batch now, in this order.</summary>
    public static IReadOnlyList<GradientStack> Receive(Derivation derivation, CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        return [IsolatedRun.Of(derivation, batch), Autograd.Differentiate(batch)];
    }

    /// <summary>Those that do not give the approved values: the derivation, autograd, or both; none where the fixture
    /// holds.</summary>
    public static IReadOnlyList<FixtureFailure> Failures(GradientFixture fixture, Derivation derivation)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        var received = Receive(derivation, fixture.Case);
        FixtureFailure[] compared = [Of("derivation", received[0], derivation), Of("autograd", received[1], null)];
        return [.. compared.Where(f => f.Analysis.Found.Verdict != Verdict.Agrees)];

        FixtureFailure Of(string actual, GradientStack stack, Derivation? trial) => new(
            actual,
            new(derivation, Compare(fixture, stack, trial)),
            Comparison.WithDetours(fixture.Case, stack, fixture.Results, trial));
    }

    /// <summary>Looks into what does not give the approved values.</summary>
    public static IReadOnlyList<FixtureFailure> LookInto(IReadOnlyList<FixtureFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);

        // Where both differ the fixture is to be asked, and not the derivation.
        var isDerivationAlone = failures is [{ Actual: "derivation" }];
        return [.. failures.Select(f => f with
        {
            Analysis = f.Analysis.With(f.Entries) with
            {
                Diagnosis = isDerivationAlone ? FaultLocalization.Of(f.Analysis.Derivation, f.Entries.Case) : null,
                Smallest = isDerivationAlone ? SmallestLike(f.Analysis.Derivation, f.Entries.Case) : null,
            },
        })];
    }

    // A fixture's case has the entries it was approved with: one of small integers, if there is one, is easier to
    // follow.
    private static Comparison? SmallestLike(Derivation derivation, CaseStack batch)
    {
        var found = Comparison.Of(derivation, batch).Describe(0);
        return found.Verdict == Verdict.Disagrees && Shrinker.Shrink(derivation, batch, found) is { } name
            ? Comparison.Of(derivation, CaseGenerator.Generate(name))
            : null;
    }

    /// <summary>Received results against the approved ones.</summary>
    /// <remarks>Output and gradients: equal on exact cases but for detours, within the rounding bound on real ones. The
    /// loss, where it was received: within its rounding bound.</remarks>
    /// <param name="fixture">The approved results.</param>
    /// <param name="received">The received ones.</param>
    /// <param name="trial">The derivation that gave them, for its detours; null where it was none.</param>
    public static CaseComparison Compare(GradientFixture fixture, GradientStack received, Derivation? trial = null)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        ArgumentNullException.ThrowIfNull(received);
        var comparison = Comparison.WithDetours(fixture.Case, received, fixture.Results, trial).Describe(0);
        return received.Losses.Count > 0
            && CompareLoss(fixture, received.Losses[0]) is { Verdict: Verdict.Disagrees } loss
            ? comparison with { Verdict = comparison.Verdict > loss.Verdict ? comparison.Verdict : loss.Verdict, Tensors = [loss, .. comparison.Tensors] }
            : comparison;
    }

    // On exact cases too the loss may leave the lattice: it is as large as a product of two outputs.
    private static TensorComparison CompareLoss(GradientFixture fixture, double received)
    {
        var bound = 2 * RoundingErrors.OfLosses(fixture.Case)[0];
        var entry = new EntryComparison(0, 0, fixture.Results.Losses[0], received, bound);
        var agrees = Math.Abs(entry.Expected - entry.Actual) <= bound;
        return new("L", new Sizes(1, 1), agrees ? Verdict.Agrees : Verdict.Disagrees, agrees ? 0 : 1, entry, null);
    }
}

/// <summary>One that does not give a fixture's approved values.</summary>
/// <param name="Actual">Whose values were on trial: <c>derivation</c> or <c>autograd</c>.</param>
/// <param name="Analysis">What was found out about them.</param>
/// <param name="Entries">The comparison with the approved values, entry by entry.</param>
internal sealed record FixtureFailure(string Actual, FailureAnalysis Analysis, Comparison Entries);

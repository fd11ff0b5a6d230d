using GradOracle.Bounds;
using GradOracle.Derivations;
using GradOracle.Oracles;
using GradOracle.Reports;
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

    /// <summary>The comparisons that the fixture does not pass, each with whose values were on trial; none where it holds.</summary>
    public static IReadOnlyList<(string Actual, CaseComparison Comparison)> Failures(GradientFixture fixture, Derivation derivation)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        var comparisons = Receive(derivation, fixture.Case).Zip(["derivation", "autograd"], (received, who) => (Actual: who, Comparison: Compare(fixture, received)));
        return [.. comparisons.Where(c => c.Comparison.Verdict != Verdict.Agrees)];
    }

    /// <summary>Failures as text: what differs from the approved values, why, and who still gives them.</summary>
    public static string Report(IReadOnlyList<ReportedCase> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);

        // Said of all of them together, and so after the last.
        return string.Concat([.. failures.Select(f => CaseText.Of(f with { Agreement = null })), .. failures.Take(1).Select(f => $"  {f.Agreement}\n")]);
    }

    /// <summary>Who still gives the approved values, in words, and the one that alone does not.</summary>
    /// <param name="failing">Those that do not: the derivation, autograd, or both.</param>
    internal static (string Sentence, string? OddOneOut) Agreement(IReadOnlyList<string> failing) => failing switch
    {
        ["derivation"] => ("autograd still gives the approved values: the derivation is the odd one out", "derivation"),
        ["autograd"] => ("the derivation still gives the approved values: autograd is the odd one out", "autograd"),
        _ => ("both derivation and autograd differ from the approved values: the fixture was edited, or its case has another meaning now", null),
    };

    /// <summary>Received results against the approved ones.</summary>
    /// <remarks>Output and gradients: equal on exact cases, within the rounding bound on real ones. The loss, where it was received: within its rounding bound.</remarks>
    public static CaseComparison Compare(GradientFixture fixture, GradientStack received)
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
        var bound = 2 * RoundingErrors.OfLosses(fixture.Case)[0];
        var entry = new EntryComparison(0, 0, fixture.Results.Losses[0], received, bound);
        var agrees = Math.Abs(entry.Expected - entry.Actual) <= bound;
        return new("L", 1, 1, agrees ? Verdict.Agrees : Verdict.Disagrees, agrees ? 0 : 1, entry, null);
    }
}

using GradOracle.Cases;
using GradOracle.Derivations;

namespace GradOracle.Verdicts;

/// <summary>Whether a derivation gives a case the same gradients whatever stands beside it in a batch.</summary>
/// <remarks>
/// Gradients that are not cleared from one case to the next are right for the first case, and a batch of one shows
/// nothing. The other order may be summed in another order: real cases are allowed what rounding does.
/// </remarks>
internal static class Neighbours
{
    private const int ManyCases = 9; // one past two lanes of four, and one of eight
    private const string Reason = "the derivation gives another value when the case has other neighbours in the batch";

    /// <summary>
    /// Runs the derivation on the cases in the opposite order, a single one behind the same with all signs changed, and
    /// notes what differs.
    /// </summary>
    public static void Note(Derivation derivation, Comparison comparison)
    {
        var batch = comparison.Case;
        var again = IsolatedRun.Of(
            derivation, batch.Count > 1 ? batch.Reversed() : batch.Map(value => -value).Followed(batch));
        for (var s = 0; s < batch.Count; s++)
        {
            Note(comparison, s, again, batch.Count > 1 ? batch.Count - 1 - s : 1);
        }
    }

    /// <summary>
    /// Runs a derivation that takes whole batches on a case alone and on many, and notes what differs: what goes
    /// through several cases at once may be wrong in the last lanes, or in a batch of one.
    /// </summary>
    public static void NoteSizes(Derivation derivation, Comparison comparison)
    {
        var batch = comparison.Case;
        if (derivation is MatrixDerivation or ArrayDerivation)
        {
            return; // it is called for one case at a time
        }

        foreach (var count in (int[])[1, Math.Min(ManyCases, SuiteDraw.BatchSizeOf(batch.Scenario))])
        {
            var again = IsolatedRun.Of(derivation, batch.Cycled(count));
            for (var s = 0; s < count; s++)
            {
                Note(comparison, s % batch.Count, again, s);
            }
        }
    }

    private static void Note(Comparison comparison, int index, GradientStack again, int other)
    {
        foreach (var (received, repeated) in comparison.Received.All.Zip(again.All))
        {
            if (comparison.Received.FaultOf(index, received.Name) is not null)
            {
                continue;
            }

            // An input that is modified in one place of a batch and not in another is no matter of neighbours.
            if (again.IsMisconduct(other, received.Name))
            {
                comparison.Received.SetMisconduct(index, received.Name, again.FaultOf(other, received.Name)!);
            }
            else if (again.FaultOf(other, received.Name) is not null
                    || Differ(received[index], repeated[other], comparison.Errors[received.Name, index]))
            {
                comparison.Received.SetMisconduct(index, received.Name, Reason);
            }
        }
    }

    private static bool Differ(
        ReadOnlySpan<double> received, ReadOnlySpan<double> repeated, ReadOnlySpan<double> errors) =>
        !received.SequenceEqual(repeated)
            && EntryStatistics.Of(received, repeated, errors) is { IsFinite: false } or { Differing: > 0 };
}

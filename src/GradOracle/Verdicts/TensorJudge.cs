using GradOracle.Bounds;

namespace GradOracle.Verdicts;

/// <summary>Decides on the tensors of one case where the theorem does not, or not alone.</summary>
/// <param name="type">The element type.</param>
/// <param name="estimate">The estimate.</param>
/// <param name="other">The derivation in the other element type, asked for where a difference is only a little larger
/// than estimated; null where it cannot be run again.</param>
internal sealed class TensorJudge(ElementType type, Func<RoundingEstimate> estimate, Func<OtherPrecision?> other)
{
    /// <summary>Up to so many times the estimate, a difference that shrinks with the unit roundoff is
    /// rounding.</summary>
    public const double LittleMore = 4;

    /// <summary>A difference larger than that beside the largest entry is no loss of digits.</summary>
    private const double LargestLoss = 0.1;

    /// <summary>Whether a difference is what rounding makes of a formula that cancels: it is there in either element
    /// type, in units of its roundoff.</summary>
    public bool LosesDigits(string tensor, EntryStatistics found) =>
        found.LargestDifference <= LargestLoss * found.LargestEntry && Shrinks(tensor, found.LargestDifference);

    /// <summary>The finding.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="received">The entries on trial.</param>
    /// <param name="expected">Those that are expected.</param>
    /// <param name="proven">What was found beside the proven bound.</param>
    /// <param name="isTheorem">Whether that bound is one: where there is no graph, nothing is proven.</param>
    public TensorFinding Of(
        string tensor, ReadOnlySpan<double> received, ReadOnlySpan<double> expected, EntryStatistics proven, bool isTheorem = true)
    {
        var telling = TensorFinding.Telling(type);
        var isProven = isTheorem && proven.Differing == 0 && proven.Width <= telling;
        var apart = estimate()[tensor];
        if (!double.IsFinite(apart))
        {
            return new(isProven ? Verdict.Agrees : Verdict.Inconclusive, Basis.Proven, proven);
        }

        if (isProven)
        {
            // By the theorem rounding may explain it. Where it is more than rounding does, it is autograd's alone, or must
            // at least shrink as rounding does.
            var isRounding = proven.LargestDifference <= LittleMore * apart
                || estimate().FromGraph(tensor, received) <= apart
                || proven.LargestDifference <= LittleMore * estimate().HoweverWritten(tensor)
                || other()?.Explains(tensor, proven.LargestDifference) != false;
            return isRounding
                ? new(Verdict.Agrees, Basis.Proven, proven)
                : new(Verdict.Disagrees, Basis.Proven, proven) { IsNoRounding = true };
        }

        var found = Estimated(tensor, received, expected, apart);
        return found.Verdict == Verdict.Agrees || found.Statistics.Differing == 0 || !isTheorem
            ? found
            : Estimated(tensor, received, expected, estimate().HoweverWritten(tensor));
    }

    // By the estimate alone.
    private TensorFinding Estimated(
        string tensor, ReadOnlySpan<double> received, ReadOnlySpan<double> expected, double apart)
    {
        var telling = TensorFinding.Telling(type);
        var halves = new double[expected.Length];
        halves.AsSpan().Fill(apart / 2);
        var found = EntryStatistics.Of(received, expected, halves);
        var isZero = found.LargestOfBoth <= apart && apart <= telling * estimate().WithoutCancelling(tensor);
        var isLittleMore = found.WorstInBounds <= LittleMore;
        var verdict = isZero ? Verdict.Agrees
            : !(found.Width <= telling) ? isLittleMore ? Verdict.Inconclusive : Verdict.Disagrees
            : found.Differing == 0 || (isLittleMore && Shrinks(tensor, found.LargestDifference)) ? Verdict.Agrees
            : isLittleMore && other() is null ? Verdict.Inconclusive
            : Verdict.Disagrees;
        return new(verdict, Basis.Estimated, found, apart) { IsZero = isZero };
    }

    private bool Shrinks(string tensor, double difference) => other()?.Explains(tensor, difference) == true;
}

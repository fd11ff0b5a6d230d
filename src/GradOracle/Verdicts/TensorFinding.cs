namespace GradOracle.Verdicts;

/// <summary>What was found about one tensor of one case, and what that rests on.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Basis">What it rests on.</param>
/// <param name="Statistics">Its entries, beside the bound of that.</param>
/// <param name="Estimate">How far two evaluations are apart by the estimate; null where it was not asked.</param>
internal readonly record struct TensorFinding(
    Verdict Verdict, Basis Basis, EntryStatistics Statistics, double? Estimate = null)
{
    /// <summary>What is so far beyond the theorem is no matter of rounding.</summary>
    private const double FarBeyond = 1 << 10;

    /// <summary>A difference of so many roundings of the largest entry is as small as right code has it.</summary>
    public const double FewRoundings = 64;

    /// <summary>Whether the tensor is nothing on both sides, beside what its terms could add up to: nothing was
    /// tested.</summary>
    public bool IsZero { get; init; }

    /// <summary>Whether it is within the proven bound and beyond the estimate, and no rounding: it does not shrink
    /// with the unit roundoff.</summary>
    public bool IsNoRounding { get; init; }

    /// <summary>A tensor that is not there.</summary>
    public static TensorFinding Missing => new(Verdict.NotComparable, Basis.Exact, default);

    /// <summary>A bound that is narrower than this beside the largest entry tells something.</summary>
    public static double Telling(ElementType type) => type == ElementType.Float32 ? 1e-2 : 1e-6;

    /// <summary>The finding by equality, or by the theorem where it tells anything; null where it does not decide
    /// alone.</summary>
    /// <param name="found">The entries, beside their bound.</param>
    /// <param name="type">The element type.</param>
    /// <param name="isTheorem">Whether the bound is proven.</param>
    public static TensorFinding? Of(in EntryStatistics found, ElementType type, bool isTheorem = true)
    {
        if (!found.IsFinite)
        {
            return new(Verdict.NotComparable, Basis.Exact, found);
        }

        // Two gradients that are 0 throughout are the same, whatever rounding could have made of them.
        if (found.LargestBound == 0 || found.LargestOfBoth == 0)
        {
            var verdict = found.Differing > 0 ? Verdict.Disagrees : Verdict.Agrees;
            return new(verdict, Basis.Exact, found) { IsZero = found.LargestOfBoth == 0 };
        }

        var few = FewRoundings * type.UnitRoundoff * found.LargestEntry;
        return !isTheorem || !(found.Width <= Telling(type)) ? null
            : found.WorstInBounds > FarBeyond ? new(Verdict.Disagrees, Basis.Proven, found)
            : found.Differing == 0 && found.LargestDifference <= few ? new(Verdict.Agrees, Basis.Proven, found)
            : null;
    }
}

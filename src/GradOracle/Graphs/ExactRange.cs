namespace GradOracle.Graphs;

/// <summary>k: the largest integers on which nothing is rounded, whatever the signs and the order of summation.</summary>
/// <remarks>
/// The majorant on entries all equal to k, in units of the lattice, only grows along the chain, so that its output and gradients bound every partial sum on the way to
/// them; while they stay below 2⁵³ (float64) or 2²⁴ (float32) units, every sum of terms of the expansion is exact, in any order, on any machine. A derivation that takes a
/// detour through larger numbers, adding and subtracting what is in no term, may leave the lattice.
/// </remarks>
internal static class ExactRange
{
    /// <summary>No k above this is used: larger integers prove little more and read badly.</summary>
    public const int LargestMagnitude = 1 << 20;

    /// <summary>k; 0 where no integers but 0 stay on the lattice.</summary>
    /// <param name="largestOf">The largest entry of every result of the majorant, by k.</param>
    /// <param name="counts">The counts of these results, all on the lattice.</param>
    /// <param name="limit">How many units fit.</param>
    public static int Find(Func<int, double[]> largestOf, IReadOnlyList<TermCount> counts, double limit)
    {
        if (!Fits(1))
        {
            return 0;
        }

        // The majorant at k is at most k^d times that at 1: a start that fits, or nearly so where the root is rounded.
        var atOne = largestOf(1);
        var units = atOne.Select((value, i) => Math.ScaleB(value, counts[i].FractionBits)).Max();
        var k = (int)Math.Clamp(Math.Pow(limit / units, 1.0 / Degree()), 1, LargestMagnitude);
        while (!Fits(k))
        {
            k--;
        }

        var step = 1;
        for (; k + step <= LargestMagnitude && Fits(k + step); step *= 2)
        {
            k += step;
        }

        for (; step > 0; step /= 2)
        {
            k += k + step <= LargestMagnitude && Fits(k + step) ? step : 0;
        }

        return k;

        bool Fits(int magnitude)
        {
            var largest = largestOf(magnitude);
            for (var i = 0; i < largest.Length; i++)
            {
                if (!(Math.ScaleB(largest[i], counts[i].FractionBits) < limit))
                {
                    return false;
                }
            }

            return true;
        }

        // By how much the majorant grows where all entries are doubled.
        double Degree() => Math.Max(1, largestOf(2).Zip(atOne, (two, one) => one > 0 ? Math.Log2(two / one) : 0).Max());
    }
}

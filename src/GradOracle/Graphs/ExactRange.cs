namespace GradOracle.Graphs;

/// <summary>k: the largest integers on which nothing is rounded, whatever the signs and the order of
/// summation.</summary>
/// <remarks>
/// The majorant on entries all equal to k, in units of the lattice, only grows along the chain, so that its output and
/// gradients bound every partial sum on the way to them; while they stay below 2⁵³ (float64) or 2²⁴ (float32) units,
/// every sum of terms of the expansion is exact, in any order, on any machine. A derivation that takes a detour through
/// larger numbers, adding and subtracting what is in no term, may leave the lattice.
/// </remarks>
internal static class ExactRange
{
    /// <summary>No k above this is used: larger integers prove little more and read badly.</summary>
    public const int LargestMagnitude = 1 << 20;

    private const int Secants = 8; // a polynomial needs three or four; then halving ends it

    /// <summary>k; 0 where no integers but 0 stay on the lattice.</summary>
    /// <param name="largestOf">The largest entry of every result of the majorant, by k.</param>
    /// <param name="counts">The counts of these results, all on the lattice.</param>
    /// <param name="limit">How many units fit.</param>
    public static int Find(Func<int, double[]> largestOf, IReadOnlyList<TermCount> counts, double limit)
    {
        var (k, units) = (1, Units(1));
        if (!(units < limit))
        {
            return 0;
        }

        // Between the two, the second excluded. In logarithms the majorant is nearly a line, its slope the degree:
        // where it meets the limit is looked at next.
        var (fits, tooLarge) = (1, LargestMagnitude + 1);
        var guess = 2.0;
        for (var step = 0; tooLarge - fits > 1; step++)
        {
            var next = guess > 0 && step < Secants
                ? (int)Math.Clamp(guess, fits + 1, tooLarge - 1)
                : fits + (tooLarge - fits) / 2;
            var (before, unitsBefore) = (k, units);
            (k, units) = (next, Units(next));
            (fits, tooLarge) = units < limit ? (k, tooLarge) : (fits, k);
            var degree = Math.Log(units / unitsBefore) / Math.Log((double)k / before);
            guess = k * Math.Pow(limit / units, 1 / degree);
        }

        return fits;

        double Units(int magnitude)
        {
            var largest = largestOf(magnitude);
            var most = 0.0;
            for (var i = 0; i < largest.Length; i++)
            {
                most = Math.Max(most, Math.ScaleB(largest[i], counts[i].FractionBits));
            }

            return most;
        }
    }
}

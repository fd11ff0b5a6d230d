using System.Numerics;

namespace GradOracle.Verdicts;

/// <content>Many entries at once.</content>
internal readonly partial record struct EntryStatistics
{
    // What is nearly always so, many entries at once: all are finite and within known bounds. Null where they are not,
    // and each has to be looked at.
    private static EntryStatistics? WithinBounds(
        ReadOnlySpan<double> derivation, ReadOnlySpan<double> expected, ReadOnlySpan<double> errors)
    {
        var (worst, worstIndex) = (0.0, 0);
        double bound = 0, entry = 0, other = 0, apart = 0;
        var j = 0;
        if (expected.Length >= Vector<double>.Count)
        {
            var (worsts, at, indices) = (Vector<double>.Zero, Vector<long>.Zero, Vector<long>.Indices);
            Vector<double> bounds = default, entries = default, others = default, differences = default;
            for (; j <= expected.Length - Vector<double>.Count; j += Vector<double>.Count)
            {
                Vector<double> d =
                    new(derivation[j..]), a = new(expected[j..]), allowed = 2 * new Vector<double>(errors[j..]);
                var difference = Vector.Abs(a - d);
                if (!Vector.LessThanOrEqualAll(difference, Vector.Min(allowed, new Vector<double>(double.MaxValue))))
                {
                    return null; // where an entry is not finite, the difference is not, either
                }

                var ratio = Vector.ConditionalSelect(
                    Vector.GreaterThan(difference, Vector<double>.Zero), difference / allowed, Vector<double>.Zero);
                var worse = Vector.GreaterThan(ratio, worsts);
                worsts = Vector.ConditionalSelect(worse, ratio, worsts);
                at = Vector.ConditionalSelect(worse, indices, at);
                indices += new Vector<long>(Vector<double>.Count);
                differences = Vector.Max(differences, difference);
                bounds = Vector.Max(bounds, allowed);
                entries = Vector.Max(entries, Vector.Abs(a));
                others = Vector.Max(others, Vector.Abs(d));
            }

            for (var lane = 0; lane < Vector<double>.Count; lane++)
            {
                var isWorse = worsts[lane] > worst || (worsts[lane] == worst && worst > 0 && at[lane] < worstIndex);
                (worst, worstIndex) = isWorse ? (worsts[lane], (int)at[lane]) : (worst, worstIndex);
                (bound, entry) = (Math.Max(bound, bounds[lane]), Math.Max(entry, entries[lane]));
                (other, apart) = (Math.Max(other, others[lane]), Math.Max(apart, differences[lane]));
            }
        }

        for (; j < expected.Length; j++)
        {
            var (d, a, allowed) = (derivation[j], expected[j], 2 * errors[j]);
            var difference = Math.Abs(a - d);
            if (!(difference <= allowed && difference <= double.MaxValue))
            {
                return null;
            }

            var ratio = difference > 0 ? difference / allowed : 0;
            (worst, worstIndex) = ratio > worst ? (ratio, j) : (worst, worstIndex);
            (bound, entry) = (Larger(bound, allowed), Larger(entry, Math.Abs(a)));
            (other, apart) = (Larger(other, Math.Abs(d)), Larger(apart, difference));
        }

        return new()
        {
            IsFinite = true,
            WorstIndex = worstIndex,
            WorstInBounds = worst,
            LargestBound = bound,
            LargestEntry = entry,
            LargestOfBoth = Larger(entry, other),
            LargestDifference = apart,
        };

        static double Larger(double a, double b) => b > a ? b : a;
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace GradOracle.Verdicts;

/// <summary>The statistics over the entries of one tensor of one case.</summary>
internal readonly partial record struct EntryStatistics
{
    /// <summary>How many entries differ by more than they may.</summary>
    public int Differing { get; private init; }

    /// <summary>The entry that differs most, in units of the bound; the first that is not finite, where one is
    /// not.</summary>
    public int WorstIndex { get; private init; }

    /// <summary>By how much it differs, in units of the bound.</summary>
    public double WorstInBounds { get; private init; }

    /// <summary>Whether all entries of both are finite.</summary>
    public bool IsFinite { get; private init; }

    /// <summary>The largest distance that two evaluations of an entry may have.</summary>
    public double LargestBound { get; private init; }

    /// <summary>The largest entry expected.</summary>
    public double LargestEntry { get; private init; }

    /// <summary>The largest entry of either; NaN where nobody looked, because both are equal.</summary>
    public double LargestOfBoth { get; private init; }

    /// <summary>The largest difference.</summary>
    public double LargestDifference { get; private init; }

    /// <summary>The bound beside the largest entry: a wrong term smaller than that is not seen. 0 where nothing is
    /// rounded.</summary>
    public double Width => LargestBound == 0 ? 0 : LargestBound / LargestEntry;

    /// <summary>Counts.</summary>
    /// <param name="derivation">The derivation's entries.</param>
    /// <param name="expected">Those that are expected.</param>
    /// <param name="errors">How far one evaluation of each may be off, so that two may be apart by twice that; empty
    /// where nothing is rounded.</param>
    public static EntryStatistics Of(
        ReadOnlySpan<double> derivation, ReadOnlySpan<double> expected, ReadOnlySpan<double> errors)
    {
        if (errors.IsEmpty && AreSame(derivation, expected))
        {
            return new() { IsFinite = true, LargestOfBoth = expected.ContainsAnyExcept(0) ? double.NaN : 0 };
        }

        if (!errors.IsEmpty && WithinBounds(derivation, expected, errors) is { } within)
        {
            return within;
        }

        int differing = 0, worstIndex = 0;
        double worst = 0, largestBound = 0, largestEntry = 0, largestOfBoth = 0, largestDifference = 0;
        for (var j = 0; j < expected.Length; j++)
        {
            var (d, a) = (derivation[j], expected[j]);
            if (!double.IsFinite(d) || !double.IsFinite(a))
            {
                return new() { WorstIndex = j, WorstInBounds = double.PositiveInfinity };
            }

            var allowed = AllowedAt(errors, j);
            var difference = Math.Abs(a - d);
            largestEntry = Math.Max(largestEntry, Math.Abs(a));
            largestOfBoth = Math.Max(largestOfBoth, Math.Max(Math.Abs(a), Math.Abs(d)));
            largestBound = Math.Max(largestBound, allowed);
            if (difference > 0)
            {
                largestDifference = Math.Max(largestDifference, difference);
                var error = EntryComparison.InBounds(difference, allowed);
                if (!(error <= worst))
                {
                    (worst, worstIndex) = (error, j);
                }
                else if (double.IsPositiveInfinity(error)
                        && difference > Math.Abs(expected[worstIndex] - derivation[worstIndex]))
                {
                    worstIndex = j;
                }

                if (!(difference <= allowed))
                {
                    differing++;
                }
            }
        }

        return new()
        {
            IsFinite = true,
            Differing = differing,
            WorstIndex = worstIndex,
            WorstInBounds = worst,
            LargestBound = largestBound,
            LargestEntry = largestEntry,
            LargestOfBoth = largestOfBoth,
            LargestDifference = largestDifference,
        };
    }

    /// <summary>Whether all entries are the same numbers, and finite.</summary>
    public static bool AreSame(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        var j = 0;
        ReadOnlySpan<Vector<double>> a =
            MemoryMarshal.Cast<double, Vector<double>>(left), b = MemoryMarshal.Cast<double, Vector<double>>(right);
        for (; j < a.Length; j++)
        {
            if (!Vector.EqualsAll(a[j], b[j])
                || !Vector.LessThanOrEqualAll(Vector.Abs(a[j]), new Vector<double>(double.MaxValue)))
            {
                return false;
            }
        }

        for (j *= Vector<double>.Count; j < left.Length; j++)
        {
            if (left[j] != right[j] || !double.IsFinite(left[j]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How far two evaluations of an entry may be apart: infinitely, where the error is not known because
    /// something overflowed.</summary>
    public static double AllowedAt(ReadOnlySpan<double> errors, int at) =>
        errors.IsEmpty ? 0 : double.IsNaN(errors[at]) ? double.PositiveInfinity : 2 * errors[at];
}

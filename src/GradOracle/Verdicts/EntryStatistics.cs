namespace GradOracle.Verdicts;

/// <summary>The statistics over the entries of one tensor of one case.</summary>
internal readonly record struct EntryStatistics(Verdict Verdict, int Differing, int WorstIndex, double WorstInBounds)
{
    /// <summary>Counts.</summary>
    /// <param name="derivation">The derivation's entries.</param>
    /// <param name="expected">Those that are expected.</param>
    /// <param name="errors">How far one evaluation of each may be off, so that two may be apart by twice that; empty where nothing is rounded.</param>
    public static EntryStatistics Of(ReadOnlySpan<double> derivation, ReadOnlySpan<double> expected, ReadOnlySpan<double> errors)
    {
        if (errors.IsEmpty && derivation.SequenceEqual(expected) && !expected.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
        {
            return new(Verdict.Agrees, 0, 0, 0);
        }

        int differing = 0, worstIndex = 0;
        double worst = 0, largestBound = 0, largestEntry = 0, largestOfBoth = 0;
        for (var j = 0; j < expected.Length; j++)
        {
            var (d, a) = (derivation[j], expected[j]);
            if (!double.IsFinite(d) || !double.IsFinite(a))
            {
                return new(Verdict.NotComparable, 0, j, double.PositiveInfinity);
            }

            var allowed = AllowedAt(errors, j);
            var difference = Math.Abs(a - d);
            largestEntry = Math.Max(largestEntry, Math.Abs(a));
            largestOfBoth = Math.Max(largestOfBoth, Math.Max(Math.Abs(a), Math.Abs(d)));
            largestBound = Math.Max(largestBound, allowed);
            if (difference > 0)
            {
                var error = EntryComparison.InBounds(difference, allowed);
                if (!(error <= worst))
                {
                    (worst, worstIndex) = (error, j);
                }
                else if (double.IsPositiveInfinity(error) && difference > Math.Abs(expected[worstIndex] - derivation[worstIndex]))
                {
                    worstIndex = j;
                }

                if (!(difference <= allowed))
                {
                    differing++;
                }
            }
        }

        // Two gradients that are 0 throughout are the same, whatever rounding could have made of them: a dead unit, signs that cancel.
        var verdict = differing > 0 ? Verdict.Disagrees
            : largestOfBoth > 0 && largestBound > 0 && largestBound >= largestEntry ? Verdict.Inconclusive
            : Verdict.Agrees;
        return new(verdict, differing, worstIndex, worst);
    }

    /// <summary>How far two evaluations of an entry may be apart: infinitely, where the error is not known because something overflowed.</summary>
    public static double AllowedAt(ReadOnlySpan<double> errors, int at) =>
        errors.IsEmpty ? 0 : double.IsNaN(errors[at]) ? double.PositiveInfinity : 2 * errors[at];
}

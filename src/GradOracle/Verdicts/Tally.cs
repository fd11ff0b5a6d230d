namespace GradOracle.Verdicts;

/// <summary>The count over the entries of one tensor of one case.</summary>
internal readonly record struct Tally(Verdict Verdict, int Differing, int WorstIndex, double WorstInBounds, bool IsZero)
{
    /// <summary>Counts.</summary>
    /// <param name="derivation">The derivation's entries.</param>
    /// <param name="autograd">Autograd's entries.</param>
    /// <param name="bound">The bound on their differences.</param>
    /// <param name="majorant">The majorant's entries; empty where the bound is zero.</param>
    public static Tally Of(ReadOnlySpan<double> derivation, ReadOnlySpan<double> autograd, RoundingBound bound, ReadOnlySpan<double> majorant)
    {
        int differing = 0, worstIndex = 0;
        double worst = 0, largestBound = 0, largestEntry = 0, largestOfBoth = 0;
        for (var j = 0; j < autograd.Length; j++)
        {
            var (d, a) = (derivation[j], autograd[j]);
            if (!double.IsFinite(d) || !double.IsFinite(a))
            {
                return new(Verdict.NotComparable, 0, j, double.PositiveInfinity, false);
            }

            var allowed = majorant.IsEmpty ? 0 : bound.At(majorant[j]);
            var difference = Math.Abs(a - d);
            largestEntry = Math.Max(largestEntry, Math.Abs(a));
            largestOfBoth = Math.Max(largestOfBoth, Math.Max(Math.Abs(a), Math.Abs(d)));
            if (!majorant.IsEmpty && (majorant[j] != 0 || difference > 0)) // where the majorant is 0, two zeros agree whatever the bound
            {
                largestBound = Math.Max(largestBound, allowed);
            }

            if (difference > 0)
            {
                var error = EntryComparison.InBounds(difference, allowed);
                if (!(error <= worst))
                {
                    (worst, worstIndex) = (error, j);
                }
                else if (double.IsPositiveInfinity(error) && difference > Math.Abs(autograd[worstIndex] - derivation[worstIndex]))
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
        return new(verdict, differing, worstIndex, worst, largestEntry == 0);
    }
}

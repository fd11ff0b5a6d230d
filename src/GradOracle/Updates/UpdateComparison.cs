using GradOracle.Verdicts;

namespace GradOracle.Updates;

/// <summary>Weights or buffers after a step: the optimiser's against those on trial.</summary>
internal static class UpdateComparison
{
    /// <summary>Compares one tensor.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="expected">The optimiser's.</param>
    /// <param name="received">Those on trial.</param>
    /// <param name="bound">How far apart two right ones may be. Where it is infinite, or the expected entry is not
    /// finite, the run diverges and nothing is compared.</param>
    /// <param name="fault">Why there is nothing on trial; null where there is.</param>
    public static TensorComparison Of(
        string name, TensorStack expected, TensorStack received, double[] bound, string? fault)
    {
        if (fault is not null)
        {
            return new(name, expected.Sizes, Verdict.NotComparable, 0, null, fault);
        }

        int differing = 0, worst = 0;
        double worstInBounds = 0, worstDifference = 0;
        for (var j = 0; j < bound.Length; j++)
        {
            if (!double.IsFinite(expected.Values[j]) || double.IsPositiveInfinity(bound[j]))
            {
                continue;
            }

            var difference = Math.Abs(expected.Values[j] - received.Values[j]);
            differing += difference <= bound[j] ? 0 : 1; // not a number differs
            var error = EntryComparison.InBounds(difference, bound[j]);
            if (error > worstInBounds || (error == worstInBounds && difference > worstDifference))
            {
                (worst, worstInBounds, worstDifference) = (j, error, difference);
            }
        }

        var entry = new EntryComparison(
            worst / expected.Columns,
            worst % expected.Columns,
            expected.Values[worst],
            received.Values[worst],
            bound[worst]);
        return new(name, expected.Sizes, differing > 0 ? Verdict.Disagrees : Verdict.Agrees, differing, entry, null);
    }
}

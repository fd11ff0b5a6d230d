namespace GradOracle.ML.Losses;

/// <summary>An output at which the slope of a stated loss jumps.</summary>
/// <param name="At">The output, or one next to it.</param>
/// <param name="Near">How far it may be from there.</param>
/// <param name="Left">The slope below it.</param>
/// <param name="Right">The slope above it.</param>
internal readonly record struct Kink(float At, double Near, double Left, double Right)
{
    /// <summary>Whether an output is the kink, or so near that a float may be on its other side.</summary>
    public bool Is(float output) => Math.Abs((double)output - At) <= Math.Max(Near, 4 * Ulp);

    /// <summary>Whether a slope is one of the two, or between them: a subgradient.</summary>
    public bool Allows(double slope)
    {
        var slack = Math.Abs(Right - Left) / 1024;
        return slope >= Math.Min(Left, Right) - slack && slope <= Math.Max(Left, Right) + slack;
    }

    private double Ulp => Math.Max(MathF.BitIncrement(Math.Abs(At)) - Math.Abs(At), float.Epsilon);

    /// <summary>The kinks of a stated loss at one label, from its slopes at some outputs in order.</summary>
    /// <remarks>Where the slope changes by much more than beside it, the place of the change is halved until two floats
    /// are left. A bend has lost its change by then; a kink has it still.</remarks>
    public static List<Kink> Of(StatedLoss stated, float label, float[] outputs, Stated[] at)
    {
        var kinks = new List<Kink>();
        var slopes = at.Where(point => point.IsFloat).Select(point => Math.Abs(point.Slope));
        var least = 1e-4 * slopes.DefaultIfEmpty(0).Max();
        double Jump(int i) => Math.Abs(at[i + 1].Slope - at[i].Slope);
        for (var i = 1; i + 2 < outputs.Length; i++)
        {
            var jump = Jump(i);
            var isLarge = jump > 2 * Math.Min(Jump(i - 1), Jump(i + 1)) && jump > least;
            if (isLarge && Narrowed(stated, label, outputs[i], outputs[i + 1], jump) is var (low, high))
            {
                var place = ShortestBetween(low, high);
                if (!kinks.Any(kink => kink.Is(place)))
                {
                    var aside = Math.Max(1, Math.Abs(place)) / 4096;
                    var sides = stated.At([(place - aside, label), (place + aside, label)]);
                    kinks.Add(new(place, high - low, sides[0].Slope + 0.0, sides[1].Slope + 0.0)); // −0 is 0
                }
            }
        }

        return kinks;
    }

    private static (float Low, float High)? Narrowed(StatedLoss stated, float label, float low, float high, double jump)
    {
        double SlopeAt(float output) => stated.At([(output, label)])[0].Slope;
        var (left, right) = (SlopeAt(low), SlopeAt(high));
        var width = stated.Resolution * Math.Max(1, Math.Abs(low));
        while (high - low > width && low + (high - low) / 2 is var middle && middle > low && middle < high)
        {
            var slope = SlopeAt(middle);
            var isBelow = Math.Abs(slope - left) > Math.Abs(right - slope);
            (low, high, left, right) = isBelow ? (low, middle, left, slope) : (middle, high, slope, right);
            if (!(Math.Abs(right - left) > jump / 4))
            {
                return null;
            }
        }

        return (low, high);
    }

    // The number that a person would write.
    private static float ShortestBetween(float low, float high)
    {
        for (var digits = 0; digits < 8; digits++)
        {
            var rounded = (float)Math.Round(low + ((double)high - low) / 2, digits);
            if (rounded >= low && rounded <= high)
            {
                return rounded;
            }
        }

        return low;
    }
}

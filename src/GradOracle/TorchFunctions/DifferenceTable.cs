namespace GradOracle.TorchFunctions;

/// <summary>
/// Central differences at three steps and Richardson's extrapolation of them, for several numbers at once.
/// </summary>
/// <remarks>
/// With <c>D(h) = (f(h) − f(−h)) / 2h = f' + c₂h² + c₄h⁴ + …</c> at h, h/2 and h/4, <c>R = (64 D(h/4) − 20 D(h/2) +
/// D(h)) / 45</c> has no h² and no h⁴ left. The row before it, <c>B = (4 D(h/4) − D(h/2)) / 3</c>, has: the last
/// correction |R − B| is the error of B, far more than that of R, and four times it is allowed. A value of f that is
/// wrong by η makes R wrong by at most <c>(64·4 + 20·2 + 1) / 45 · η/h = 6.6 η/h</c>. The step is 2⁻⁸ of the unit,
/// where both are near 10⁻¹³ for a function whose derivatives are near 1; where that will not do, the step is the one
/// of <see cref="s_levels"/> whose tolerance is least.
/// </remarks>
internal sealed class DifferenceTable
{
    private const int FirstLevel = -8;
    private const double Roundoff = 1.0 / (1L << 53);
    private const double RoundingFactor = 297.0 / 45;
    private const double CorrectionFactor = 4;
    private const double FinerFactor = 2;
    private const double NoiseFactor = 8;
    private static readonly int[] s_levels = [-3, FirstLevel, -12, -16, -20, -24, -28];

    private readonly Func<double, double[]> _at;
    private readonly double[] _centre;
    private readonly double[] _magnitudes;

    /// <param name="at">The numbers at a distance from the point, in the unit of the direction.</param>
    /// <param name="centre">The numbers at the point.</param>
    /// <param name="magnitudes">What one rounding, times the roundoff, may do to each number.</param>
    public DifferenceTable(Func<double, double[]> at, double[] centre, double[] magnitudes)
    {
        (_at, _centre, _magnitudes) = (at, centre, magnitudes);
    }

    /// <summary>The slopes from one table, at the first step: enough wherever they agree with the gradient.</summary>
    public Slope[] Quick() => Table(FirstLevel, Noise());

    /// <summary>The slopes from the step that suits each number, with the noise of each measured.</summary>
    /// <remarks>
    /// The best of several small corrections may be small by chance, so a step must also agree with the next finer one:
    /// how far apart the two are is part of its tolerance.
    /// </remarks>
    public Slope[] Careful()
    {
        var noise = MeasuredNoise();
        var tables = s_levels.Select(level => Table(level, noise)).ToArray();
        var best = new Slope[_centre.Length];
        for (var k = 0; k < best.Length; k++)
        {
            best[k] = tables[0][k] with { Tolerance = double.NaN };
            for (var l = 0; l + 1 < tables.Length; l++)
            {
                var slope = tables[l][k];
                var apart = FinerFactor * Math.Abs(slope.Value - tables[l + 1][k].Value);
                slope = slope with { Tolerance = slope.Tolerance + apart };
                if (slope.Tolerance < best[k].Tolerance || double.IsNaN(best[k].Tolerance))
                {
                    best[k] = slope;
                }
            }
        }

        return best;
    }

    private Slope[] Table(int level, double[] noise)
    {
        var h = Math.ScaleB(1, level);
        var samples = new (double[] Right, double[] Left)[3];
        for (var i = 0; i < samples.Length; i++)
        {
            var step = Math.ScaleB(h, -i);
            samples[i] = (_at(step), _at(-step));
        }

        var slopes = new Slope[_centre.Length];
        for (var k = 0; k < slopes.Length; k++)
        {
            double Central(int i) => (samples[i].Right[k] - samples[i].Left[k]) / Math.ScaleB(2 * h, -i);
            double Right(int i) => (samples[i].Right[k] - _centre[k]) / Math.ScaleB(h, -i);
            double Left(int i) => (_centre[k] - samples[i].Left[k]) / Math.ScaleB(h, -i);
            var before = (4 * Central(2) - Central(1)) / 3;
            var value = (64 * Central(2) - 20 * Central(1) + Central(0)) / 45;
            var rounding = RoundingFactor * noise[k] / h;
            var tolerance = CorrectionFactor * Math.Abs(value - before) + rounding;
            var (wide, narrow) = (Math.Abs(Right(0) - Left(0)), Math.Abs(Right(2) - Left(2)));
            // For a smooth function the two sides come together with the step: a quarter of it, a quarter of their
            // distance.
            var isKink = narrow > 0.6 * wide && narrow > 64 * noise[k] / h;
            slopes[k] = new(value, tolerance, rounding, Left(2), Right(2), isKink);
        }

        return slopes;
    }

    private double[] Noise() => [.. _magnitudes.Select(m => NoiseFactor * Roundoff * m)];

    // Moré and Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33 (2011): third differences of a smooth
    // function at tiny equal steps vanish, those of its rounding errors do not; their mean square is 20 times that of
    // one error. One side only: a kink at the point is no noise.
    private double[] MeasuredNoise()
    {
        const int Count = 7;
        const double Variance = 20; // (2·3)! / (3!)²
        var values = new double[Count][];
        for (var i = 0; i < Count; i++)
        {
            values[i] = i == 0 ? _centre : _at(Math.ScaleB(i, -26));
        }

        var noise = Noise();
        for (var k = 0; k < noise.Length; k++)
        {
            var sum = 0.0;
            for (var i = 0; i + 3 < Count; i++)
            {
                var third = values[i + 3][k] - 3 * values[i + 2][k] + 3 * values[i + 1][k] - values[i][k];
                sum += third * third;
            }

            noise[k] = Math.Max(noise[k], NoiseFactor * Math.Sqrt(sum / (Count - 3) / Variance));
        }

        return noise;
    }
}

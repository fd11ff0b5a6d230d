namespace GradOracle.ML.Losses;

/// <summary>A slope by central differences, with what it may be wrong by.</summary>
/// <remarks>
/// <code>
/// D(h) = (f(x + h) − f(x − h)) / 2h        R(h) = (4 D(h/2) − D(h)) / 3        (Richardson)
/// </code>
/// Steps are powers of two. R(h/2) may be wrong by twice its distance from R(h) and from R(h/4), which is enough where
/// the error shrinks with h alone, as at a bend of the slope; and by 6 η/h, h the step, what a noise of η in f does.
/// The step of the least tolerance is taken.
/// </remarks>
internal static class Differences
{
    /// <summary>The slope of f at x; null where no step gives a finite one.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">Where.</param>
    /// <param name="noise">η, by how much a value of f may be off.</param>
    /// <param name="finest">The finest step is 2 to the minus this, of the unit.</param>
    /// <param name="reach">How far a step may reach: the distance to the nearest kink.</param>
    public static (double Slope, double Tolerance)? Of(
        Func<double, double> f, double x, double noise, int finest, double reach)
    {
        var unit = Math.ScaleB(1, Math.ILogB(Math.Max(1, Math.Abs(x))));
        var steps = new double[finest - 2];
        var differences = new double[steps.Length];
        for (var k = 0; k < steps.Length; k++)
        {
            var h = steps[k] = Math.ScaleB(unit, -k - 3);
            differences[k] = h < reach ? (f(x + h) - f(x - h)) / (2 * h) : double.NaN;
        }

        (double Slope, double Tolerance)? best = null;
        for (var k = 1; k + 2 < steps.Length; k++)
        {
            var (coarser, slope, finer) = (Extrapolated(k - 1), Extrapolated(k), Extrapolated(k + 1));
            var tolerance = 2 * Math.Max(Math.Abs(slope - coarser), Math.Abs(slope - finer)) + 6 * noise / steps[k];
            if (double.IsFinite(slope) && tolerance < (best?.Tolerance ?? double.PositiveInfinity))
            {
                best = (slope, tolerance);
            }
        }

        return best;

        double Extrapolated(int k) => (4 * differences[k + 1] - differences[k]) / 3;
    }
}

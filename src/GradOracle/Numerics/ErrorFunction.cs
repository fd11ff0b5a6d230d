namespace GradOracle.Numerics;

/// <summary>The error function from the four operations alone: the same bits on every machine.</summary>
/// <remarks>
/// Near 0 the series of positive terms <c>2/√π exp(−x²) Σ 2ʲ x²ʲ⁺¹/(1·3·…·(2j+1))</c>, beyond that 1 less the continued
/// fraction of the complement (Abramowitz and Stegun,
/// "Handbook of Mathematical Functions", 7.1.6 and 7.1.14).
/// </remarks>
internal static class ErrorFunction
{
    private const double TwoOverRootPi = 1.1283791670955125739;
    private const double LargestOfSeries = 1.5;
    private const double One = 6; // beyond it 1 − erf is below half a unit
    private const int Depth = 100;

    /// <summary>erf x.</summary>
    public static double Of(double x)
    {
        var a = Math.Abs(x);
        var value = !(a < One) ? (double.IsNaN(x) ? x : 1) : a <= LargestOfSeries ? Series(a) : 1 - Complement(a);
        return x < 0 ? -value : value;
    }

    private static double Series(double x)
    {
        var (term, sum, square) = (x, x, x * x);
        for (var j = 1; term > sum * 1e-18; j++)
        {
            term *= 2 * square / (2 * j + 1);
            sum += term;
        }

        return TwoOverRootPi * Elementary.Exp(-square) * sum;
    }

    // exp(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …))))
    private static double Complement(double x)
    {
        var tail = x;
        for (var j = Depth; j > 0; j--)
        {
            tail = x + j / 2.0 / tail;
        }

        return TwoOverRootPi / 2 * Elementary.Exp(-x * x) / tail;
    }
}

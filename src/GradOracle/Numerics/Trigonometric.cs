using System.Numerics;

namespace GradOracle.Numerics;

/// <summary>Sine and cosine from the four operations alone: the same bits on every machine.</summary>
/// <remarks>
/// Arguments are reduced by multiples of π/2: in three parts while the product with each is exact (W. J. Cody and W.
/// Waite, "Software Manual for the Elementary Functions", 1980), beyond that in integers with 1280 bits of π. Then the
/// Taylor series is summed.
/// </remarks>
internal static class Trigonometric
{
    private const double First = 1.57079632673412561417e+00;  // the first 33 bits of π/2
    private const double Second = 6.07710050630396597660e-11; // the next 33
    private const double Third = 2.02226624879595063154e-21;  // what is left
    private const double LargestInParts = 100_000;
    private const int Bits = 1280;
    private const int Terms = 11;

    // Machin
    private static readonly Lazy<BigInteger> s_halfPi = new(() => 2 * (4 * ArcTanOfInverse(5) - ArcTanOfInverse(239)));

    /// <summary>sin x.</summary>
    public static double Sin(double x) => Of(x, 0);

    /// <summary>cos x.</summary>
    public static double Cos(double x) => Of(x, 1);

    private static double Of(double x, int quarters)
    {
        if (!double.IsFinite(x))
        {
            return double.NaN;
        }

        var (quarter, r, tail) = Math.Abs(x) <= LargestInParts ? InParts(x) : InIntegers(x);
        quarter = (quarter + quarters) & 3;
        var value = (quarter & 1) == 0 ? SinOfSmall(r) + tail * (1 - r * r / 2) : CosOfSmall(r) - tail * r;
        return quarter < 2 ? value : -value;
    }

    // x less a multiple of π/2, and what is lost in rounding that.
    private static (int Quarter, double Remainder, double Tail) InParts(double x)
    {
        var k = Math.Round(x * (2 / Math.PI));
        var a = x - k * First;
        var b = k * Second;
        var r = a - b;
        var lost = (a - r) - b;
        var tail = lost - k * Third;
        var sum = r + tail;
        return ((int)((long)k & 3), sum, (r - sum) + tail);
    }

    private static (int Quarter, double Remainder, double Tail) InIntegers(double x)
    {
        var exponent = Math.ILogB(x) - 52;
        var scaled = new BigInteger(Math.ScaleB(x, -exponent));
        scaled = exponent + Bits >= 0 ? scaled << (exponent + Bits) : scaled >> -(exponent + Bits);
        var quarter = BigInteger.Divide(2 * scaled + (scaled.Sign * s_halfPi.Value), 2 * s_halfPi.Value);
        var rest = scaled - quarter * s_halfPi.Value;
        return ((int)(quarter & 3), Math.ScaleB((double)(rest >> (Bits - 200)), -200), 0);
    }

    private static BigInteger ArcTanOfInverse(int n)
    {
        var term = (BigInteger.One << (Bits + 32)) / n;
        var sum = term;
        for (var j = 1; !term.IsZero; j++)
        {
            term /= -n * n;
            sum += term / (2 * j + 1);
        }

        return sum >> 32;
    }

    private static double SinOfSmall(double r)
    {
        var (square, sum) = (r * r, 0.0);
        for (var j = Terms; j > 0; j--)
        {
            sum = -square / (2 * j * (2 * j + 1)) * (1 + sum);
        }

        return r + r * sum;
    }

    private static double CosOfSmall(double r)
    {
        var (square, sum) = (r * r, 0.0);
        for (var j = Terms; j > 1; j--)
        {
            sum = -square / (2 * j * (2 * j - 1)) * (1 + sum);
        }

        return 1 - square / 2 * (1 + sum);
    }
}

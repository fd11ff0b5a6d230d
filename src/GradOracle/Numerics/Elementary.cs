using System.Numerics;

namespace GradOracle.Numerics;

/// <summary>exp, log, tanh and the logistic function from the four operations alone: the same bits on every
/// machine.</summary>
/// <remarks>
/// What the runtime offers comes from the machine's C library, which may round the last place otherwise elsewhere;
/// approved gradients must not. Each result is within 8 units of the unit roundoff of itself (tested against 28
/// digits). Arguments are reduced by multiples of ln 2 in two parts, then the Taylor series is summed (W. J. Cody and
/// W. Waite, "Software Manual for the Elementary Functions", 1980).
/// </remarks>
internal static class Elementary
{
    // its last 21 bits are 0: a product with an exponent is exact
    private const double Log2High = 0.693147180369123816490;
    private const double Log2Low = 1.90821492927058770002e-10;
    private const double LargestExponent = 709.782712893383973096; // ln of the largest number
    private const double SmallestExponent = -745.13321910194110842; // half the smallest is 0
    private const int TermsOfExp = 14;
    private const int TermsOfLog = 11;

    /// <summary>eˣ.</summary>
    public static double Exp(double x)
    {
        if (!(x < LargestExponent && x > SmallestExponent))
        {
            return double.IsNaN(x) ? x : x > 0 ? (x > LargestExponent ? double.PositiveInfinity : double.MaxValue) : 0;
        }

        var k = Math.Round(x / (Log2High + Log2Low));
        var r = x - k * Log2High - k * Log2Low;
        return Math.ScaleB(1 + ExpMinus1OfSmall(r), (int)k);
    }

    /// <summary>ln x.</summary>
    public static double Log(double x)
    {
        if (!(x > 0 && x < double.PositiveInfinity))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        var k = Math.ILogB(x);
        var m = Math.ScaleB(x, -k); // 1 ≤ m < 2
        (m, k) = m > 1.4142135623730951 ? (m / 2, k + 1) : (m, k);
        var s = (m - 1) / (m + 1); // ln m = 2 artanh s
        var (square, sum) = (s * s, 0.0);
        for (var j = TermsOfLog; j > 0; j--)
        {
            sum = square * (1.0 / (2 * j + 1) + sum);
        }

        return k * Log2High + (2 * s + (2 * s * sum + k * Log2Low));
    }

    /// <summary>tanh x.</summary>
    public static double Tanh(double x)
    {
        const double small = 0.17, large = 0.55, one = 22; // beyond it 1 − tanh is below half a unit
        var a = Math.Abs(x);
        var h = a > one ? 1
            : a > large ? 1 - 2 / (Exp(2 * a) + 1)
            : (a > small ? Exp(2 * a) - 1 : ExpMinus1OfSmall(2 * a)) is var e ? e / (e + 2) : a;
        return x < 0 ? -h : double.IsNaN(x) ? x : h;
    }

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x) => 1 / (1 + Exp(-x));

    /// <summary>The real part.</summary>
    public static double Real<T>(T value)
        where T : struct, INumberBase<T> => value is Complex complex ? complex.Real : double.CreateTruncating(value);

    /// <summary>The sign of the difference of two numbers, of complex ones that of their real parts; null where one is
    /// no number.</summary>
    public static int? Compare<T>(T left, T right)
        where T : struct, INumberBase<T>
    {
        if (T.IsNaN(left) || T.IsNaN(right))
        {
            return null;
        }

        return left is Complex
            ? Real(left).CompareTo(Real(right))
            : left == right
            ? 0
            : T.IsNegative(left - right)
            ? -1
            : 1;
    }

    /// <summary>eˣ, computed in float64 and rounded, or that of the library for complex numbers.</summary>
    public static T Exp<T>(T x)
        where T : struct, INumberBase<T> =>
            x is Complex z ? T.CreateTruncating(Complex.Exp(z)) : T.CreateTruncating(Exp(double.CreateTruncating(x)));

    /// <summary>√x, computed in float64 and rounded, or that of the library for complex numbers.</summary>
    public static T Sqrt<T>(T x)
        where T : struct, INumberBase<T> => x is Complex z
            ? T.CreateTruncating(Complex.Sqrt(z))
            : T.CreateTruncating(Math.Sqrt(double.CreateTruncating(x)));

    /// <summary>sin x, computed in float64 and rounded, or that of the library for complex numbers.</summary>
    public static T Sin<T>(T x)
        where T : struct, INumberBase<T> => x is Complex z
            ? T.CreateTruncating(Complex.Sin(z))
            : T.CreateTruncating(Trigonometric.Sin(double.CreateTruncating(x)));

    /// <summary>cos x, computed in float64 and rounded, or that of the library for complex numbers.</summary>
    public static T Cos<T>(T x)
        where T : struct, INumberBase<T> => x is Complex z
            ? T.CreateTruncating(Complex.Cos(z))
            : T.CreateTruncating(Trigonometric.Cos(double.CreateTruncating(x)));

    /// <summary>ln x, computed in float64 and rounded, or that of the library for complex numbers.</summary>
    public static T Log<T>(T x)
        where T : struct, INumberBase<T> =>
            x is Complex z ? T.CreateTruncating(Complex.Log(z)) : T.CreateTruncating(Log(double.CreateTruncating(x)));

    /// <summary>tanh x, computed in float64 and rounded, or that of the library for complex numbers.</summary>
    public static T Tanh<T>(T x)
        where T : struct, INumberBase<T> =>
            x is Complex z ? T.CreateTruncating(Complex.Tanh(z)) : T.CreateTruncating(Tanh(double.CreateTruncating(x)));

    /// <summary>1/(1 + e⁻ˣ), computed in float64 and rounded, or from the exponential of the library for complex
    /// numbers.</summary>
    public static T Sigmoid<T>(T x)
        where T : struct, INumberBase<T> =>
            x is Complex ? T.One / (T.One + Exp(-x)) : T.CreateTruncating(Sigmoid(double.CreateTruncating(x)));

    // Σ_{j≥1} rʲ/j! for |r| ≤ ½ ln 2, from the smallest term up.
    private static double ExpMinus1OfSmall(double r)
    {
        var sum = 1.0;
        for (var j = TermsOfExp; j > 1; j--)
        {
            sum = 1 + r / j * sum;
        }

        return r * sum;
    }
}

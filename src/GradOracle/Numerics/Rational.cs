using System.Globalization;
using System.Numerics;

namespace GradOracle.Numerics;

/// <summary>A rational number of any size: what arithmetic gives where nothing is rounded.</summary>
/// <remarks>In lowest terms, the denominator positive; <c>default</c> is 0. There is no infinity: a division by 0
/// throws.</remarks>
internal readonly partial struct Rational : INumberBase<Rational>
{
    private readonly BigInteger _numerator;
    private readonly BigInteger _denominatorLess1; // so that default is 0/1

    private Rational(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * (denominator.Sign < 0 ? -1 : 1);
        (_numerator, _denominatorLess1) = (numerator / divisor, denominator / divisor - 1);
    }

    public static Rational One => new(1, 1);

    public static Rational Zero => default;

    private BigInteger Denominator => _denominatorLess1 + 1;

    public static Rational operator +(Rational a, Rational b) =>
        new(a._numerator * b.Denominator + b._numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + -b;

    public static Rational operator *(Rational a, Rational b) =>
        new(a._numerator * b._numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => b._numerator.IsZero
        ? throw new DivideByZeroException("A rational number cannot be divided by 0.")
        : new(a._numerator * b.Denominator, a.Denominator * b._numerator);

    public static Rational operator -(Rational a) => new(-a._numerator, a.Denominator);

    public static bool operator ==(Rational a, Rational b) => a.Equals(b);

    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);

    /// <summary>Exactly what a finite float64 is.</summary>
    public static Rational Of(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new OverflowException("Only finite numbers are rational.");
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7FF);
        var significand = bits & 0xFFFFFFFFFFFFF | (exponent == 0 ? 0 : 1L << 52);
        var power = Math.Max(exponent, 1) - 1075;
        BigInteger signed = value < 0 ? -significand : significand;
        return power >= 0 ? new(signed << power, 1) : new(signed, BigInteger.One << -power);
    }

    /// <summary>The nearest float64, ties to even; infinite beyond the largest.</summary>
    public double ToDouble()
    {
        if (_numerator.IsZero)
        {
            return 0;
        }

        // The quotient to 66 bits or more, what is left of it as a last bit that decides no tie.
        var shift = 66 - (int)(BigInteger.Abs(_numerator).GetBitLength() - Denominator.GetBitLength());
        var numerator = BigInteger.Abs(_numerator) << Math.Max(shift, 0);
        var quotient = BigInteger.DivRem(numerator, Denominator << Math.Max(-shift, 0), out var rest);
        quotient = quotient << 1 | (rest.IsZero ? 0 : 1);
        var magnitude = Rounded(quotient, -shift - 1);
        return _numerator.Sign < 0 ? -magnitude : magnitude;
    }

    public static Rational Abs(Rational value) => new(BigInteger.Abs(value._numerator), value.Denominator);

    public static bool IsNaN(Rational value) => false;

    public static bool IsNegative(Rational value) => value._numerator.Sign < 0;

    public static bool IsZero(Rational value) => value._numerator.IsZero;

    public static Rational MinMagnitude(Rational x, Rational y) => IsNegative(Abs(x) - Abs(y)) ? x : y;

    public bool Equals(Rational other) =>
        _numerator == other._numerator && _denominatorLess1 == other._denominatorLess1;

    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_numerator, _denominatorLess1);

    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);

    public string ToString(string? format, IFormatProvider? formatProvider) =>
        _denominatorLess1.IsZero
            ? _numerator.ToString(formatProvider)
            : string.Create(formatProvider, $"{_numerator}/{Denominator}");

    public static bool TryConvertFromChecked<TOther>(TOther value, out Rational result)
        where TOther : INumberBase<TOther>
    {
        (result, var isKnown) = value switch
        {
            double d => (Of(d), true),
            float f => (Of(f), true),
            int i => (new(i, 1), true),
            _ => (default(Rational), false),
        };
        return isKnown;
    }

    public static bool TryConvertFromSaturating<TOther>(TOther value, out Rational result)
        where TOther : INumberBase<TOther> => TryConvertFromChecked(value, out result);

    public static bool TryConvertFromTruncating<TOther>(TOther value, out Rational result)
        where TOther : INumberBase<TOther> => TryConvertFromChecked(value, out result);

    public static bool TryConvertToChecked<TOther>(Rational value, out TOther result)
        where TOther : INumberBase<TOther>
    {
        result = typeof(TOther) == typeof(double) ? (TOther)(object)value.ToDouble() : TOther.Zero;
        return typeof(TOther) == typeof(double);
    }

    public static bool TryConvertToSaturating<TOther>(Rational value, out TOther result)
        where TOther : INumberBase<TOther> => TryConvertToChecked(value, out result);

    public static bool TryConvertToTruncating<TOther>(Rational value, out TOther result)
        where TOther : INumberBase<TOther> => TryConvertToChecked(value, out result);

    // significand · 2^exponent with a significand of more than 64 bits: rounded once, at the last bit a float64 has
    // there.
    private static double Rounded(BigInteger significand, int exponent)
    {
        const int smallest = -1074, precision = 53, largest = 1024;
        var dropped = Math.Max((int)significand.GetBitLength() - precision, smallest - exponent);
        var half = BigInteger.One << (dropped - 1);
        var kept = significand >> dropped;
        var rest = significand - (kept << dropped);
        kept += rest > half || (rest == half && !kept.IsEven) ? 1 : 0;
        return kept.GetBitLength() + exponent + dropped > largest
            ? double.PositiveInfinity
            : Math.ScaleB((double)kept, exponent + dropped);
    }
}

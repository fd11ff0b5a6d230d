using System.Globalization;
using System.Numerics;

namespace GradOracle.Numerics;

/// <summary>What a number of .NET must have and no graph asks a rational number for: it throws.</summary>
internal readonly partial struct Rational
{
    private static NotSupportedException Unasked => new("No graph asks a rational number for this.");

    static int INumberBase<Rational>.Radix => throw Unasked;

    static Rational IAdditiveIdentity<Rational, Rational>.AdditiveIdentity => throw Unasked;

    static Rational IMultiplicativeIdentity<Rational, Rational>.MultiplicativeIdentity => throw Unasked;

    static Rational IUnaryPlusOperators<Rational, Rational>.operator +(Rational value) => throw Unasked;

    static Rational IIncrementOperators<Rational>.operator ++(Rational value) => throw Unasked;

    static Rational IDecrementOperators<Rational>.operator --(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsCanonical(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsComplexNumber(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsEvenInteger(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsFinite(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsImaginaryNumber(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsInfinity(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsInteger(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsNegativeInfinity(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsNormal(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsOddInteger(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsPositive(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsPositiveInfinity(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsRealNumber(Rational value) => throw Unasked;

    static bool INumberBase<Rational>.IsSubnormal(Rational value) => throw Unasked;

    static Rational INumberBase<Rational>.MaxMagnitude(Rational x, Rational y) => throw Unasked;

    static Rational INumberBase<Rational>.MaxMagnitudeNumber(Rational x, Rational y) => throw Unasked;

    static Rational INumberBase<Rational>.MinMagnitudeNumber(Rational x, Rational y) => throw Unasked;

    static Rational INumberBase<Rational>.Parse(
        ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) => throw Unasked;

    static Rational INumberBase<Rational>.Parse(string s, NumberStyles style, IFormatProvider? provider) =>
        throw Unasked;

    static Rational ISpanParsable<Rational>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => throw Unasked;

    static Rational IParsable<Rational>.Parse(string s, IFormatProvider? provider) => throw Unasked;

    static bool INumberBase<Rational>.TryParse(
        ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out Rational result) => throw Unasked;

    static bool INumberBase<Rational>.TryParse(
        string? s, NumberStyles style, IFormatProvider? provider, out Rational result) => throw Unasked;

    static bool ISpanParsable<Rational>.TryParse(
        ReadOnlySpan<char> s, IFormatProvider? provider, out Rational result) => throw Unasked;

    static bool IParsable<Rational>.TryParse(string? s, IFormatProvider? provider, out Rational result) =>
        throw Unasked;

    bool ISpanFormattable.TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
            throw Unasked;
}

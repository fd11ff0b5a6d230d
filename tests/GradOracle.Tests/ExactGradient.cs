using System.Numerics;

namespace GradOracle.Tests;

/// <summary>m · 2^e, without any rounding: every finite double is one, and sums and products of them are.</summary>
internal readonly record struct Dyadic
{
    private Dyadic(BigInteger mantissa, int exponent)
    {
        var zeros = mantissa.IsZero ? 0 : (int)BigInteger.TrailingZeroCount(mantissa);
        (Mantissa, Exponent) = (mantissa >> zeros, mantissa.IsZero ? 0 : exponent + zeros);
    }

    private BigInteger Mantissa { get; }

    private int Exponent { get; }

    public static implicit operator Dyadic(double value)
    {
        var exponent = value == 0 ? 0 : Math.Max(Math.ILogB(value), -1022) - 52;
        var mantissa = Math.ScaleB(Math.ScaleB(value, -exponent / 2), -exponent - -exponent / 2);
        return new(new BigInteger(mantissa), exponent);
    }

    public static Dyadic operator *(Dyadic a, Dyadic b) => new(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

    public static Dyadic operator +(Dyadic a, Dyadic b)
    {
        var exponent = Math.Min(a.Exponent, b.Exponent);
        return new((a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent)), exponent);
    }

    public static Dyadic operator -(Dyadic a, Dyadic b) => a + new Dyadic(-b.Mantissa, b.Exponent);

    public bool ExceedsInMagnitude(Dyadic bound)
    {
        var excess = new Dyadic(BigInteger.Abs(Mantissa), Exponent) - bound;
        return excess.Mantissa.Sign > 0;
    }
}

/// <summary>The gradients of the shared-weight network with ½ squared error in exact arithmetic, entries row by
/// row.</summary>
internal static class ExactGradient
{
    public static Dictionary<string, Dyadic[]> Of(CaseStack batch)
    {
        var (n, h, m, B) = (batch.Shape["n"], batch.Shape["h"], batch.Shape["m"], batch.Shape["B"]);
        var x = batch.Tensors.ToDictionary(t => t.Name, t => t.Values.Select(v => (Dyadic)v).ToArray());
        var H1 = Product(x["Wx"], x["X1"], h, n, B);
        var H2 = Sum(Product(x["Wh"], H1, h, h, B), Product(x["Wx"], x["X2"], h, n, B));
        var Y = Product(x["Wy"], H2, m, h, B);
        var G = Y.Zip(x["T"], (y, t) => y - t).ToArray();
        var D2 = Product(Transpose(x["Wy"], m, h), G, h, m, B);
        var D1 = Product(Transpose(x["Wh"], h, h), D2, h, h, B);
        return new()
        {
            ["Ŷ"] = Y,
            ["Wx"] = Sum(
                Product(D1, Transpose(x["X1"], n, B), h, B, n), Product(D2, Transpose(x["X2"], n, B), h, B, n)),
            ["Wh"] = Product(D2, Transpose(H1, h, B), h, B, h),
            ["Wy"] = Product(G, Transpose(H2, h, B), m, B, h),
            ["X1"] = Product(Transpose(x["Wx"], h, n), D1, n, h, B),
            ["X2"] = Product(Transpose(x["Wx"], h, n), D2, n, h, B),
        };
    }

    private static Dyadic[] Product(Dyadic[] a, Dyadic[] b, int rows, int inner, int columns)
    {
        var c = new Dyadic[rows * columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                for (var k = 0; k < inner; k++)
                {
                    c[i * columns + j] += a[i * inner + k] * b[k * columns + j];
                }
            }
        }

        return c;
    }

    private static Dyadic[] Sum(Dyadic[] a, Dyadic[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static Dyadic[] Transpose(Dyadic[] a, int rows, int columns) =>
        [.. Enumerable.Range(0, a.Length).Select(i => a[i % rows * columns + i / rows])];
}

namespace GradOracle.Tests;

/// <summary>Functions to 28 decimal digits, written apart from everything they test.</summary>
internal static class Digits
{
    /// <summary>A double to 28 digits; the cast of the language keeps 15.</summary>
    public static decimal Of(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var exponent = Math.ILogB(value) - 52;
        var digits = (decimal)(long)Math.ScaleB(value, -exponent);
        for (; exponent < 0; exponent++)
        {
            digits /= 2;
        }

        for (; exponent > 0; exponent--)
        {
            digits *= 2;
        }

        return digits;
    }

    /// <summary>eˣ: the series at x/2ᵏ, squared k times.</summary>
    public static decimal Exp(decimal x)
    {
        if (x < 0)
        {
            return 1 / Exp(-x); // no cancellation
        }

        var squarings = 0;
        for (; x > 1m / 16; squarings++)
        {
            x /= 2;
        }

        var (term, sum) = (1m, 1m);
        for (var k = 1; k < 22; k++)
        {
            term *= x / k;
            sum += term;
        }

        for (; squarings > 0; squarings--)
        {
            sum *= sum;
        }

        return sum;
    }
}

using System.Globalization;
using GradOracle.Cases;

namespace GradOracle.TorchFunctions;

/// <summary>Entries of tensors: their names, their sizes, and random numbers for them.</summary>
internal static class Entries
{
    /// <summary>A shape as messages write it: <c>[2, 3]</c>.</summary>
    public static string Shape(IEnumerable<long> sizes) =>
        $"[{string.Join(", ", sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>
    /// The index of an entry, <c>[1, 2]</c>, from its place in row-major order; nothing for a scalar.
    /// </summary>
    public static string Index(long[] sizes, int place)
    {
        var index = new long[sizes.Length];
        for (var axis = sizes.Length - 1; axis >= 0; axis--)
        {
            (index[axis], place) = (place % sizes[axis], (int)(place / sizes[axis]));
        }

        return sizes.Length == 0 ? "" : $" {Shape(index)}";
    }

    /// <summary>The power of two at or above the largest entry; 1 where all are zero.</summary>
    public static double Scale(ReadOnlySpan<double> values)
    {
        var largest = Largest(values);
        return largest > 0 && double.IsFinite(largest)
            ? Math.ScaleB(1, Math.Clamp(Math.ILogB(largest) + 1, -200, 200))
            : 1;
    }

    /// <summary>The largest absolute value; NaN where an entry is NaN.</summary>
    public static double Largest(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    /// <summary>
    /// Random numbers ±(1 + m/2²⁰), m from 0 to 2²⁰ − 1. They have signs, so no Jacobian is wrong in every draw alike,
    /// and 2²¹ values: a bilinear form vᵀ E u that is not zero is zero at a random point of a set of n values with
    /// probability at most 2/n.
    /// </summary>
    public static double[] Random(ulong seed, int stream, int count)
    {
        const int Steps = 1 << 20;
        var key = CounterRng.Key(seed, (ulong)stream);
        var numbers = new double[count];
        for (var j = 0; j < count; j++)
        {
            var bits = CounterRng.Bits(key, j);
            numbers[j] = ((bits & 1) == 0 ? 1 : -1) * (1 + ((bits >> 1) % Steps) / (double)Steps);
        }

        return numbers;
    }
}

using System.Numerics;

namespace GradOracle.Cases;

/// <summary>The counter-based random numbers behind every case: entry j of stream i of seed s, each computed
/// alone.</summary>
/// <remarks>
/// All arithmetic is modulo 2⁶⁴, <c>G = 0x9E3779B97F4A7C15</c> and <c>mix</c> is the finaliser of SplitMix64 (Steele,
/// Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
/// <code>
/// mix(z):       z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
///               z = (z ^ (z >> 27)) * 0x94D049BB133111EB
///               return z ^ (z >> 31)
/// key(s, i)     = mix(mix(s) + i)
/// bits(s, i, j) = mix(key(s, i) + (j + 1) * G) >> 11          a whole number below 2^53
/// </code>
/// Seed 0, stream 0 is the published SplitMix64 sequence for seed 0.
/// </remarks>
internal static class CounterRng
{
    private const ulong G = 0x9E3779B97F4A7C15;

    /// <summary>The key of stream <paramref name="stream"/> of seed <paramref name="seed"/>.</summary>
    public static ulong Key(ulong seed, ulong stream) => Mix(Mix(seed) + stream);

    /// <summary>Entry <paramref name="index"/> of the stream with the given key: a whole number below 2⁵³.</summary>
    public static ulong Bits(ulong key, int index) => Mix(key + ((ulong)index + 1) * G) >> 11;

    /// <summary>
    /// Fills <paramref name="entries"/> with whole numbers, uniform on −k..k: <c>floor(bits · 2⁻⁵³ · (2k+1)) − k</c>.
    /// </summary>
    /// <remarks>The product is one float64 multiplication; it never rounds up to 2k+1.</remarks>
    public static void FillIntegers(Span<double> entries, ulong key, int k)
    {
        var scale = (2.0 * k + 1) * Unit;
        var j = 0;
        if (entries.Length >= Vector<double>.Count)
        {
            var (states, shift) = (First(key), new Vector<double>(k));
            for (; j <= entries.Length - Vector<double>.Count; j += Vector<double>.Count)
            {
                (Vector.Floor(Vector.ConvertToDouble(Bits(states)) * scale) - shift).CopyTo(entries[j..]);
                states += s_step;
            }
        }

        for (; j < entries.Length; j++)
        {
            // signed, which it is as well: processors convert those
            entries[j] = Math.Floor((long)Bits(key, j) * scale) - k;
        }
    }

    /// <summary>
    /// Fills <paramref name="entries"/> with reals, uniform on (−1, 1) before scaling:
    /// <c>scale · ((2·bits + 1 − 2⁵³) · 2⁻⁵³)</c>.
    /// Every number before scaling is a float64 exactly, none is zero; the scaling is one multiplication.
    /// </summary>
    public static void FillReals(Span<double> entries, ulong key, double scale)
    {
        var j = 0;
        if (entries.Length >= Vector<double>.Count)
        {
            var (states, shift) = (First(key), new Vector<long>(1 - (1L << 53)));
            for (; j <= entries.Length - Vector<double>.Count; j += Vector<double>.Count)
            {
                (scale * (Vector.ConvertToDouble((Bits(states) << 1) + shift) * Unit)).CopyTo(entries[j..]);
                states += s_step;
            }
        }

        for (; j < entries.Length; j++)
        {
            entries[j] = scale * ((2 * (long)Bits(key, j) + 1 - (1L << 53)) * Unit);
        }
    }

    private const double Unit = 1.0 / (1L << 53);

    private static readonly Vector<ulong> s_step = new(unchecked((ulong)Vector<ulong>.Count * G));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    // What is mixed for the first entries of a stream, one in each place of a vector; s_step further are the next ones.
    private static Vector<ulong> First(ulong key) => Vector.CreateSequence(key + G, G);

    // As signed numbers, which they are as well: processors convert those.
    private static Vector<long> Bits(Vector<ulong> z)
    {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EB;
        return Vector.AsVectorInt64((z ^ (z >>> 31)) >>> 11);
    }
}

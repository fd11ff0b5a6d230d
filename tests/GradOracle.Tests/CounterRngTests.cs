using System.Globalization;
using CsCheck;
using GradOracle.Cases;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The random numbers behind every case, to the last bit: the name of a case is its replay.</summary>
public sealed class CounterRngTests
{
    private const double Unit = 1.0 / (1L << 53);

    [Test]
    public void Integers_have_the_bits_of_the_formula_whatever_their_number() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 70], Gen.Int[0, 1 << 30]).Sample((key, length, k) =>
        {
            var entries = new double[length];
            CounterRng.FillIntegers(entries, key, k);
            return Same(entries, j => Math.Floor(CounterRng.Bits(key, j) * ((2.0 * k + 1) * Unit)) - k);
        });

    [Test]
    public void Reals_have_the_bits_of_the_formula_whatever_their_number() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 70], Gen.Double[-8, 8]).Sample((key, length, scale) =>
        {
            var entries = new double[length];
            CounterRng.FillReals(entries, key, scale);
            return Same(entries, j => scale * ((2 * (long)CounterRng.Bits(key, j) + 1 - (1L << 53)) * Unit));
        });

    [Test]
    public void Nothing_is_written_beyond_the_entries()
    {
        var entries = new double[12];
        CounterRng.FillIntegers(entries.AsSpan(1, 9), 1, 1000);
        CounterRng.FillReals(entries.AsSpan(1, 9), 1, 1);

        Assert.That((entries[0], entries[10], entries[11]), Is.EqualTo((0.0, 0.0, 0.0)));
    }

    // Evaluated in another language from the formula in the documentation of CounterRng.
    [Test]
    public void Entries_of_stream_1_of_seed_42_stay_what_they_are()
    {
        var (integers, reals) = (new double[63], new double[63]);
        CounterRng.FillIntegers(integers, CounterRng.Key(42, 1), 1048576);
        CounterRng.FillReals(reals, CounterRng.Key(42, 1), 1 / Math.Sqrt(3));

        Assert.Multiple(() =>
        {
            Assert.That(Chosen(integers), Is.EqualTo(new double[] { -840256, -13366, -956525, 212618 }));
            Assert.That(
                Chosen(reals).Select(r => string.Create(CultureInfo.InvariantCulture, $"{Bits(r):x16}")),
                Is.EqualTo(new[] { "bfdd9c078e8672f1", "bf7e250c5dd4f567", "bfe0da736763b17e", "3fbdf82fe3976c7b" }));
        });

        static double[] Chosen(double[] entries) => [entries[0], entries[7], entries[8], entries[62]];
    }

    private static bool Same(double[] entries, Func<int, double> formula) =>
        entries.Select((entry, j) => Bits(entry) == Bits(formula(j))).All(same => same);

    private static ulong Bits(double entry) => BitConverter.DoubleToUInt64Bits(entry);
}

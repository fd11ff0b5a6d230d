using System.Numerics;
using CsCheck;
using GradOracle.Cli;
using MathNet.Numerics.Providers.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>
/// The command's products against MathNet's own, to the last bit: approved values were computed with those.
/// </summary>
public sealed class SpanProductsTests
{
    private static readonly Transpose[] s_ways = [Transpose.DontTranspose, Transpose.Transpose];

    // Small ones, ones in which MathNet works in parallel, and ones long enough to be cut.
    private static readonly Gen<(int Rows, int Inner, int Columns)> s_sizes = Gen.OneOf(
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 12]),
        Gen.Select(Gen.Int[20, 140], Gen.Int[20, 140], Gen.Int[20, 140]),
        Gen.Select(Gen.Int[1, 9], Gen.Int[200, 600], Gen.Int[1, 9]));

    [Test]
    public void Products_of_float64_have_the_bits_of_MathNets_own() =>
        s_sizes.Sample(s => AreTheSame<double>(s), iter: 60);

    [Test]
    public void Products_of_float32_have_the_bits_of_MathNets_own() =>
        s_sizes.Sample(s => AreTheSame<float>(s), iter: 60);

    [Test]
    public void All_else_is_MathNets_own()
    {
        var (ours, managed) = Providers<double>();
        double[] data = [4, 1, 2, 3], same = [.. data];
        ours.LUInverse(data, 2);
        managed.LUInverse(same, 2);

        Assert.That(data, Is.EqualTo(same));
    }

    private static (ILinearAlgebraProvider<T> Ours, ILinearAlgebraProvider<T> Managed) Providers<T>()
        where T : struct =>
        ((ILinearAlgebraProvider<T>)(object)new SpanProducts(),
            (ILinearAlgebraProvider<T>)(object)ManagedLinearAlgebraProvider.Instance);

    // Every way to transpose; with and without factors, which are left to MathNet.
    private static bool AreTheSame<T>((int Rows, int Inner, int Columns) sizes)
        where T : struct, INumber<T>
    {
        var (ours, managed) = Providers<T>();
        var (rows, inner, columns) = sizes;
        T[] a = Entries(rows * inner, 1), b = Entries(inner * columns, 2), old = Entries(rows * columns, 3);
        T[] product = [.. old], expected = [.. old];
        ours.MatrixMultiply(a, rows, inner, b, inner, columns, product);
        managed.MatrixMultiply(a, rows, inner, b, inner, columns, expected);
        var same = product.SequenceEqual(expected);
        foreach (var (left, right) in s_ways.SelectMany(left => s_ways.Select(right => (left, right))))
        {
            foreach (var beta in new[] { T.Zero, T.One + T.One })
            {
                (product, expected) = ([.. old], [.. old]);
                Update(ours, left, right, beta, product);
                Update(managed, left, right, beta, expected);
                same &= product.SequenceEqual(expected);
            }
        }

        return same;

        void Update(ILinearAlgebraProvider<T> provider, Transpose left, Transpose right, T beta, T[] c)
        {
            var (rowsA, columnsA) = left == Transpose.Transpose ? (inner, rows) : (rows, inner);
            var (rowsB, columnsB) = right == Transpose.Transpose ? (columns, inner) : (inner, columns);
            provider.MatrixMultiplyWithUpdate(left, right, T.One, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);
        }

        static T[] Entries(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(2 * random.NextDouble() - 1))];
        }
    }
}

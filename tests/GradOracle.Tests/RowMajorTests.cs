using System.Numerics;
using System.Runtime.Intrinsics;
using CsCheck;
using GradOracle.Numerics;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Products on spans, to the last bit.</summary>
[Parallelizable]
public sealed class RowMajorTests
{
    private sealed record Sizes(int Rows, int Inner, int Columns, int Count);

    // Around the widths of vectors and strips and around four rows; and where B is packed and the inner index is cut.
    private static readonly Gen<Sizes> s_sizes = Gen.OneOf(
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 60], Gen.Int[1, 3])
            .Select(s => new Sizes(s.Item1, s.Item2, s.Item3, s.Item4)),
        Gen.Select(Gen.Int[1, 6], Gen.Int[200, 600], Gen.Int[1, 30])
            .Select(s => new Sizes(s.Item1, s.Item2, s.Item3, 1)));

    [Test]
    public void Products_have_the_bits_of_sums_in_order_with_one_rounding_a_term() =>
        s_sizes.Sample(c => Products_are_right<double>(c, Math.FusedMultiplyAdd, rounded: false), iter: 300);

    [Test]
    public void Products_of_floats_have_the_bits_of_sums_in_order_with_one_rounding_a_term() =>
        s_sizes.Sample(c => Products_are_right<float>(c, MathF.FusedMultiplyAdd, rounded: false), iter: 300);

    [Test]
    public void Rounded_products_round_every_product_and_every_sum() =>
        s_sizes.Sample(c => Products_are_right<double>(c, (a, b, sum) => sum + a * b, rounded: true)
            && Products_are_right<float>(c, (a, b, sum) => sum + a * b, rounded: true), iter: 300);

    [Test]
    public void Other_numbers_multiply_and_add_as_they_do() =>
        s_sizes.Sample(c => Products_are_right<Complex>(c, (a, b, sum) => sum + a * b, rounded: false)
            && Products_are_right<decimal>(c, (a, b, sum) => sum + a * b, rounded: true), iter: 20);

    [Test]
    public void The_width_of_vectors_shows_in_no_bit() => s_sizes.Where(sizes => sizes.Columns >= 8).Sample(sizes =>
    {
        var (rows, inner, columns, _) = sizes;
        var layout = Layout.Of(1, rows, inner, columns);
        double[] A = Entries<double>(rows * inner, 1), B = Entries<double>(inner * columns, 2);
        double[] one = new double[rows * columns], two = [.. one], four = [.. one], eight = [.. one];
        TiledProduct<double, Fused>.Add<double, OneLane<double, Fused>>(layout, ref one[0], ref A[0], ref B[0]);
        TiledProduct<double, Fused>.Add<Vector128<double>, Lanes128<double, Fused>>(
            layout, ref two[0], ref A[0], ref B[0]);
        TiledProduct<double, Fused>.Add<Vector256<double>, Lanes256<double, Fused>>(
            layout, ref four[0], ref A[0], ref B[0]);
        TiledProduct<double, Fused>.Add<Vector512<double>, Lanes512<double, Fused>>(
            layout, ref eight[0], ref A[0], ref B[0]);
        return one.SequenceEqual(two) && one.SequenceEqual(four) && one.SequenceEqual(eight);
    }, iter: 300);

    [Test]
    public void Matrices_that_do_not_fit_are_refused_before_anything_is_written()
    {
        var C = new double[6];

        Assert.Multiple(() =>
        {
            Assert.That(() => Product(8, 11, 2, 4, 3), Throws.ArgumentException.With.Message.Contains("2×4 and 4×3"));
            Assert.That(() => Product(2, 4, 2, 1, 4), Throws.ArgumentException);
            Assert.That(() => Product(2, 2, 2, -1, 2), Throws.ArgumentException);
            Assert.That(C, Is.All.Zero);
        });

        void Product(int lengthOfA, int lengthOfB, int rows, int inner, int columns) =>
            RowMajor.AddProduct<double>(C, Ones(lengthOfA), Ones(lengthOfB), rows, inner, columns);

        static double[] Ones(int length) => [.. Enumerable.Repeat(1.0, length)];
    }

    [Test]
    public void Sums_of_no_terms_leave_what_is_there()
    {
        double[] C = [1, 2, 3, 4, 5, 6];
        RowMajor.AddProduct<double>(C, [], [], 2, 0, 3);

        Assert.That(C, Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 6 }));
    }

    // All three products, on top of what C holds, against sums in order.
    private static bool Products_are_right<T>(Sizes sizes, Func<T, T, T, T> add, bool rounded)
        where T : struct, INumberBase<T>
    {
        var (rows, inner, columns, count) = rounded ? sizes with { Count = 1 } : sizes;
        T[] A = Entries<T>(count * rows * inner, 1), B = Entries<T>(count * inner * columns, 2);
        var before = Entries<T>(count * rows * columns, 3);
        T[] product = [.. before], transposed = [.. before], second = [.. before];
        if (rounded)
        {
            RowMajor.AddRoundedProduct<T>(product, A, B, rows, inner, columns);
            RowMajor.AddRoundedTransposedProduct<T>(transposed, A, B, inner, rows, columns);
            RowMajor.AddRoundedProductTransposed<T>(second, A, B, rows, inner, columns);
        }
        else
        {
            RowMajor.AddProducts<T>(product, A, B, count, rows, inner, columns);
            RowMajor.AddTransposedProducts<T>(transposed, A, B, count, inner, rows, columns);
            RowMajor.AddProductsTransposed<T>(second, A, B, count, rows, inner, columns);
        }

        return product.SequenceEqual(Sums((i, k) => i * inner + k, (k, j) => k * columns + j))
            && transposed.SequenceEqual(Sums((i, k) => k * rows + i, (k, j) => k * columns + j))
            && second.SequenceEqual(Sums((i, k) => i * inner + k, (k, j) => j * inner + k));

        IEnumerable<T> Sums(Func<int, int, int> a, Func<int, int, int> b) => before.Select((sum, at) =>
        {
            var (s, i, j) = (at / (rows * columns), at / columns % rows, at % columns);
            for (var k = 0; k < inner; k++)
            {
                sum = add(A[s * rows * inner + a(i, k)], B[s * inner * columns + b(k, j)], sum);
            }

            return sum;
        });
    }

    private static T[] Entries<T>(int count, int seed)
        where T : struct, INumberBase<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(2 * random.NextDouble() - 1))];
    }
}

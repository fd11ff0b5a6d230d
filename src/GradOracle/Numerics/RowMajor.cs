using System.Buffers;
using System.Numerics;

namespace GradOracle.Numerics;

/// <summary>Matrix products on spans of entries, row after row, for derivations written for speed.</summary>
/// <remarks>
/// Every entry of C is summed over the inner index in order, each product rounded and then added, however wide the processor's vectors are: a vector holds entries of
/// one row, not terms of one sum. So the bits are the same on every machine.
/// </remarks>
public static class RowMajor
{
    /// <summary>C += A B, where A is rows×inner and B is inner×columns.</summary>
    public static void AddProduct(Span<double> C, ReadOnlySpan<double> A, ReadOnlySpan<double> B, int rows, int inner, int columns) =>
        Add(C, A, inner, 1, B, rows, inner, columns);

    /// <summary>C += Aᵀ B, where A is inner×rows and B is inner×columns.</summary>
    public static void AddTransposedProduct(Span<double> C, ReadOnlySpan<double> A, ReadOnlySpan<double> B, int inner, int rows, int columns) =>
        Add(C, A, 1, rows, B, rows, inner, columns);

    /// <summary>C += A Bᵀ, where A is rows×inner and B is columns×inner.</summary>
    public static void AddProductTransposed(Span<double> C, ReadOnlySpan<double> A, ReadOnlySpan<double> B, int rows, int inner, int columns)
    {
        var rented = ArrayPool<double>.Shared.Rent(inner * columns);
        for (var k = 0; k < inner; k++)
        {
            for (var j = 0; j < columns; j++)
            {
                rented[k * columns + j] = B[j * inner + k];
            }
        }

        Add(C, A, inner, 1, rented.AsSpan(0, inner * columns), rows, inner, columns);
        ArrayPool<double>.Shared.Return(rented);
    }

    // Four vectors of a row of C stay in registers while the inner index runs; then one vector; then entry by entry.
    private static void Add(Span<double> C, ReadOnlySpan<double> A, int rowStride, int innerStride, ReadOnlySpan<double> B, int rows, int inner, int columns)
    {
        var width = Vector<double>.Count;
        for (var i = 0; i < rows; i++)
        {
            var c = C.Slice(i * columns, columns);
            var a = A[(i * rowStride)..];
            var j = 0;
            for (; j <= columns - 4 * width; j += 4 * width)
            {
                Vector<double> c0 = new(c[j..]), c1 = new(c[(j + width)..]), c2 = new(c[(j + 2 * width)..]), c3 = new(c[(j + 3 * width)..]);
                for (var k = 0; k < inner; k++)
                {
                    var factor = new Vector<double>(a[k * innerStride]);
                    var b = B.Slice(k * columns + j, 4 * width);
                    c0 += factor * new Vector<double>(b);
                    c1 += factor * new Vector<double>(b[width..]);
                    c2 += factor * new Vector<double>(b[(2 * width)..]);
                    c3 += factor * new Vector<double>(b[(3 * width)..]);
                }

                c0.CopyTo(c[j..]);
                c1.CopyTo(c[(j + width)..]);
                c2.CopyTo(c[(j + 2 * width)..]);
                c3.CopyTo(c[(j + 3 * width)..]);
            }

            for (; j <= columns - width; j += width)
            {
                var sum = new Vector<double>(c[j..]);
                for (var k = 0; k < inner; k++)
                {
                    sum += new Vector<double>(a[k * innerStride]) * new Vector<double>(B[(k * columns + j)..]);
                }

                sum.CopyTo(c[j..]);
            }

            for (; j < columns; j++)
            {
                var sum = c[j];
                for (var k = 0; k < inner; k++)
                {
                    sum += a[k * innerStride] * B[k * columns + j];
                }

                c[j] = sum;
            }
        }
    }
}

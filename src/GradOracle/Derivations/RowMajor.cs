using System.Numerics.Tensors;

namespace GradOracle.Derivations;

/// <summary>Matrix products on spans of entries, row after row, for derivations written for speed.</summary>
public static class RowMajor
{
    /// <summary>C += A B, where A is rows×inner and B is inner×columns.</summary>
    public static void AddProduct(Span<double> C, ReadOnlySpan<double> A, ReadOnlySpan<double> B, int rows, int inner, int columns)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var k = 0; k < inner; k++)
            {
                AddScaled(C.Slice(i * columns, columns), A[i * inner + k], B.Slice(k * columns, columns));
            }
        }
    }

    /// <summary>C += Aᵀ B, where A is inner×rows and B is inner×columns.</summary>
    public static void AddTransposedProduct(Span<double> C, ReadOnlySpan<double> A, ReadOnlySpan<double> B, int inner, int rows, int columns)
    {
        for (var k = 0; k < inner; k++)
        {
            for (var i = 0; i < rows; i++)
            {
                AddScaled(C.Slice(i * columns, columns), A[k * rows + i], B.Slice(k * columns, columns));
            }
        }
    }

    /// <summary>C += A Bᵀ, where A is rows×inner and B is columns×inner.</summary>
    public static void AddProductTransposed(Span<double> C, ReadOnlySpan<double> A, ReadOnlySpan<double> B, int rows, int inner, int columns)
    {
        for (var i = 0; i < rows; i++)
        {
            var row = A.Slice(i * inner, inner);
            for (var j = 0; j < columns; j++)
            {
                C[i * columns + j] += Dot(row, B.Slice(j * inner, inner));
            }
        }
    }

    // Below a few vectors' length the plain loop beats the call.
    private static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> row)
    {
        if (row.Length >= 8)
        {
            TensorPrimitives.MultiplyAdd(row, factor, target, target);
            return;
        }

        for (var j = 0; j < row.Length && j < target.Length; j++)
        {
            target[j] += factor * row[j];
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length >= 8)
        {
            return TensorPrimitives.Dot(a, b);
        }

        var sum = 0.0;
        for (var k = 0; k < a.Length && k < b.Length; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }
}

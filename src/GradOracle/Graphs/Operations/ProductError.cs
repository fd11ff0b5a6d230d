using System.Buffers;
using GradOracle.Numerics;

namespace GradOracle.Graphs;

/// <summary>The rounding error of matrix products.</summary>
internal static class ProductError
{
    /// <summary>γ_d |A||B| for the arithmetic, and the errors of the factors: <c>|A| (γ |B| + eB) + eA |B|</c>, |A|
    /// and |B| as large as another evaluation may have them. False where there is none.</summary>
    public static bool Of(
        Rounding rounding,
        double[][] x,
        double[]?[] e,
        double[] result,
        (int Count, int Rows, int Inner, int Columns) lengths)
    {
        var (count, rows, inner, columns) = lengths;
        var gamma = rounding.Gamma(inner);
        if (gamma == 0 && rounding.Underflow == 0 && e[0] is null && e[1] is null)
        {
            return false;
        }

        var rented = ArrayPool<double>.Shared.Rent(x[0].Length + 2 * x[1].Length);
        var A = rented.AsSpan(0, x[0].Length);
        var B = rented.AsSpan(A.Length, x[1].Length);
        var weighted = rented.AsSpan(A.Length + B.Length, B.Length); // γ |B| + eB
        Enlarge(x[0], e[0], A);
        Enlarge(x[1], e[1], B);
        for (var j = 0; j < B.Length; j++)
        {
            weighted[j] = gamma * B[j] + (e[1]?[j] ?? 0);
        }

        result.AsSpan().Clear();
        RowMajor.AddProducts(result, A, weighted, count, rows, inner, columns);
        if (e[0] is { } errors)
        {
            RowMajor.AddProducts<double>(result, errors, B, count, rows, inner, columns);
        }

        AddUnderflow(rounding.Underflow, result, A, B, (rows, inner, columns));
        ArrayPool<double>.Shared.Return(rented);
        return true;
    }

    // Another evaluation may be as far on the other side of the exact value.
    private static void Enlarge(double[] values, double[]? errors, Span<double> largest)
    {
        for (var j = 0; j < values.Length; j++)
        {
            largest[j] = Math.Abs(values[j]) + 2 * (errors?[j] ?? 0);
        }
    }

    // A term that underflows loses up to the smallest number; where one factor of every term is 0, none does.
    private static void AddUnderflow(
        double underflow,
        Span<double> result,
        ReadOnlySpan<double> A,
        ReadOnlySpan<double> B,
        (int Rows, int Inner, int Columns) lengths)
    {
        var (rows, inner, columns) = lengths;
        for (var i = 0; i < result.Length; i++)
        {
            if (result[i] != 0
                || HasTerm(
                    A.Slice(i / columns * inner, inner),
                    B.Slice(i / (rows * columns) * inner * columns, inner * columns),
                    i % columns,
                    columns))
            {
                result[i] += inner * underflow;
            }
        }
    }

    private static bool HasTerm(ReadOnlySpan<double> row, ReadOnlySpan<double> B, int column, int columns)
    {
        for (var k = 0; k < row.Length; k++)
        {
            if (row[k] != 0 && B[k * columns + column] != 0)
            {
                return true;
            }
        }

        return false;
    }
}

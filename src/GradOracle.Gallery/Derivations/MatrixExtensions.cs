using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>What MathNet matrices lack for biases.</summary>
internal static class MatrixExtensions
{
    /// <summary>A column added to every column: a bias b of r×1 to r×c.</summary>
    public static Matrix<T> AddBias<T>(this Matrix<T> matrix, Matrix<T> column)
        where T : struct, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(column);
        return matrix.MapIndexed((i, _, value) => value + column[i, 0], Zeros.Include);
    }

    /// <summary>The sum over the columns, r×1: the gradient of a bias.</summary>
    public static Matrix<T> SumOfColumns<T>(this Matrix<T> matrix)
        where T : struct, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return matrix.RowSums().ToColumnMatrix();
    }
}

using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery.Sequences;

/// <summary>What MathNet matrices lack where rows are examples, or positions.</summary>
internal static class InRows
{
    /// <summary>A row added to every row: a bias b of 1×c to r×c.</summary>
    public static Matrix<double> AddRow(this Matrix<double> matrix, Matrix<double> row) =>
        matrix.MapIndexed((_, j, entry) => entry + row[0, j], Zeros.Include);

    /// <summary>The sum over the rows, 1×c: the gradient of a bias.</summary>
    public static Matrix<double> SumOfRows(this Matrix<double> matrix) => matrix.ColumnSums().ToRowMatrix();

    /// <summary>Every column times a number of its own, 1×c.</summary>
    public static Matrix<double> ScaleColumns(this Matrix<double> matrix, Matrix<double> row) =>
        matrix.MapIndexed((_, j, entry) => entry * row[0, j], Zeros.Include);

    /// <summary>The sum of A ∘ B over each row, r×1.</summary>
    public static Matrix<double> DotsOfRows(this Matrix<double> left, Matrix<double> right) =>
        left.PointwiseMultiply(right).RowSums().ToColumnMatrix();

    /// <summary>A column taken from every column.</summary>
    public static Matrix<double> LessColumn(this Matrix<double> matrix, Matrix<double> column) =>
        matrix.MapIndexed((i, _, entry) => entry - column[i, 0], Zeros.Include);

    /// <summary>eˢ / Σ eˢ of each row, its largest entry taken out first; where s is −∞ it is 0.</summary>
    public static Matrix<double> Softmax(this Matrix<double> scores)
    {
        var softmax = scores.Clone();
        for (var i = 0; i < scores.RowCount; i++)
        {
            var row = scores.Row(i);
            var largest = row.Maximum();
            row = row.Map(s => Elementary.Exp(s - largest), Zeros.Include);
            softmax.SetRow(i, row / row.Sum());
        }

        return softmax;
    }

    /// <summary>−∞ where a row would look at a later one.</summary>
    public static Matrix<double> Causal(this Matrix<double> scores) =>
        scores.MapIndexed((i, j, s) => j <= i ? s : double.NegativeInfinity, Zeros.Include);
}

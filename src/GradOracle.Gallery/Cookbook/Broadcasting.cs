using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// What MathNet lacks: a vector or a column with a number for each row, or for each column, on every entry of it.
/// </summary>
internal static class Broadcasting
{
    /// <summary>Entry [i,j] plus number i.</summary>
    public static Matrix<double> PlusColumn(this Matrix<double> matrix, Vector<double> column) =>
        matrix.MapIndexed((i, _, entry) => entry + column[i], Zeros.Include);

    /// <summary>Entry [i,j] times number i.</summary>
    public static Matrix<double> TimesColumn(this Matrix<double> matrix, Vector<double> column) =>
        matrix.MapIndexed((i, _, entry) => entry * column[i], Zeros.Include);

    /// <summary>Every row times a number of its own, r×1.</summary>
    public static Matrix<double> ScaleRows(this Matrix<double> matrix, Matrix<double> column) =>
        matrix.MapIndexed((i, _, entry) => entry * column[i, 0], Zeros.Include);

    /// <summary>Entry [i,j] plus number j.</summary>
    public static Matrix<double> PlusRow(this Matrix<double> matrix, Vector<double> row) =>
        matrix.MapIndexed((_, j, entry) => entry + row[j], Zeros.Include);

    /// <summary>Entry [i,j] times number j.</summary>
    public static Matrix<double> TimesRow(this Matrix<double> matrix, Vector<double> row) =>
        matrix.MapIndexed((_, j, entry) => entry * row[j], Zeros.Include);

    /// <summary>The mean of every column: a number for each.</summary>
    public static Vector<double> ColumnMeans(this Matrix<double> matrix) => matrix.ColumnSums() / matrix.RowCount;

    /// <summary>The mean of every row: a number for each.</summary>
    public static Vector<double> RowMeans(this Matrix<double> matrix) => matrix.RowSums() / matrix.ColumnCount;
}

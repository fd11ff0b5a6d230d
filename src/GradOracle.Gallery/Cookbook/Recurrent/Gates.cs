using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>What gates and cells are written with, on MathNet matrices; exp and tanh are our own, the same bits on
/// every machine.</summary>
internal static class Gates
{
    /// <summary>σ of every entry.</summary>
    public static Matrix<double> Sigmoid(this Matrix<double> a) => a.Map(Elementary.Sigmoid, Zeros.Include);

    /// <summary>tanh of every entry.</summary>
    public static Matrix<double> Tanh(this Matrix<double> a) => a.Map(Elementary.Tanh, Zeros.Include);

    /// <summary>σ′ by its value: σ (1 − σ).</summary>
    public static Matrix<double> SlopeOfSigmoid(this Matrix<double> value) =>
        value.Map(v => v * (1 - v), Zeros.Include);

    /// <summary>tanh′ by its value: 1 − tanh².</summary>
    public static Matrix<double> SlopeOfTanh(this Matrix<double> value) => value.Map(v => 1 - v * v, Zeros.Include);

    /// <summary>The product entry by entry.</summary>
    public static Matrix<double> Hadamard(this Matrix<double> left, Matrix<double> right) =>
        left.PointwiseMultiply(right);

    /// <summary>Rows of a packed matrix: those of its gate number k.</summary>
    public static Matrix<double> Gate(this Matrix<double> packed, int k, int rows) =>
        packed.SubMatrix(k * rows, rows, 0, packed.ColumnCount);

    /// <summary>Columns of what stands beside each other: those of step t, from 1.</summary>
    public static Matrix<double> AtStep(this Matrix<double> all, int t, int columns) =>
        all.SubMatrix(0, all.RowCount, (t - 1) * columns, columns);

    /// <summary>One below the other.</summary>
    public static Matrix<double> Stacked(params IReadOnlyList<Matrix<double>> parts) =>
        parts.Aggregate((upper, lower) => upper.Stack(lower));

    /// <summary>The values of the steps from 1 on, beside each other.</summary>
    public static Matrix<double> Beside(IEnumerable<Matrix<double>> steps) =>
        steps.Skip(1).Aggregate((left, right) => left.Append(right));

    /// <summary>Room for the values of T steps and one before or behind them.</summary>
    public static Matrix<double>[] Steps(int T) => new Matrix<double>[T + 2];
}

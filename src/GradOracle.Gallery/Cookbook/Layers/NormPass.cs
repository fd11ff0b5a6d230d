using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// The backward pass of a normalisation by mean and variance, its values kept so that one line of it can be written
/// wrong. Layer and batch normalisation differ in the axis alone.
/// </summary>
internal sealed record NormPass(
    NormAxis Axis, Matrix<double> X, Matrix<double> C, Vector<double> r, Matrix<double> G, Matrix<double> dN)
{
    /// <summary>What is normalised.</summary>
    public Matrix<double> N => Axis.Times(C, r);

    /// <summary>∂L/∂C.</summary>
    public Matrix<double> dC => Axis.Times(dN - Axis.Times(N, Axis.Means(dN.PointwiseMultiply(N))), r);

    /// <summary>The pass of a case, without any mistake.</summary>
    /// <param name="x">The case: X, γ and β.</param>
    /// <param name="axis">Along which axis mean and variance are taken.</param>
    /// <param name="ε">What is added to the variance.</param>
    public static NormPass Of(MatrixCase<double> x, NormAxis axis, double ε)
    {
        var C = axis.Centred(x["X"]);
        var r = (axis.Means(C.PointwiseMultiply(C)) + ε).Map(w => 1 / Math.Sqrt(w));
        var γ = x["γ"].Column(0);
        var G = x.OutputGradient(axis.Times(C, r).TimesColumn(γ).PlusColumn(x["β"].Column(0)));
        return new(axis, x["X"], C, r, G, G.TimesColumn(γ));
    }

    /// <summary>The gradients, some of them others.</summary>
    public Gradients<double> Given(Matrix<double>? dX = null, Matrix<double>? dγ = null) => new()
    {
        ["γ"] = (dγ ?? G.PointwiseMultiply(N)).SumOfColumns(),
        ["β"] = G.SumOfColumns(),
        ["X"] = dX ?? Axis.Centred(dC),
    };
}

/// <summary>The axis along which something is normalised.</summary>
/// <param name="Plus">Entries plus the number of their column, or of their row.</param>
/// <param name="Times">Entries times it.</param>
/// <param name="Means">The means, a number for each.</param>
internal sealed record NormAxis(
    Func<Matrix<double>, Vector<double>, Matrix<double>> Plus,
    Func<Matrix<double>, Vector<double>, Matrix<double>> Times,
    Func<Matrix<double>, Vector<double>> Means)
{
    /// <summary>Every column alone.</summary>
    public static NormAxis OfColumns { get; } = new(
        Broadcasting.PlusRow, Broadcasting.TimesRow, Broadcasting.ColumnMeans);

    /// <summary>Every row alone.</summary>
    public static NormAxis OfRows { get; } = new(
        Broadcasting.PlusColumn, Broadcasting.TimesColumn, Broadcasting.RowMeans);

    /// <summary>Less the mean.</summary>
    public Matrix<double> Centred(Matrix<double> matrix) => Plus(matrix, -Means(matrix));
}

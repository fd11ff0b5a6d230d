using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>
/// The softmax of every column by hand, the largest entry taken out first, so that nothing overflows.
/// </summary>
internal static class SoftmaxColumns
{
    /// <summary>P, each column of which sums to 1.</summary>
    public static Matrix<double> Softmax(this Matrix<double> Z)
    {
        var E = Z.Shifted().Map(z => Elementary.Exp(z), Zeros.Include);
        return E.TimesRow(1 / E.ColumnSums());
    }

    /// <summary>ln P.</summary>
    public static Matrix<double> LogSoftmax(this Matrix<double> Z)
    {
        var S = Z.Shifted();
        var sums = S.Map(z => Elementary.Exp(z), Zeros.Include).ColumnSums();
        return S.PlusRow(sums.Map(sum => -Elementary.Log(sum), Zeros.Include));
    }

    private static Matrix<double> Shifted(this Matrix<double> Z)
    {
        var largest = Vector<double>.Build.Dense(Z.ColumnCount, j => Z.Column(j).Maximum());
        return Z.PlusRow(-largest);
    }
}

using GradOracle.NUnit;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Museum;

/// <summary>What all exhibits need.</summary>
internal static class Exhibit
{
    /// <summary>Few cases are enough: every exhibit is wrong in all of them, or in none.</summary>
    public static CheckOptions Few { get; } = new() { Cases = 10 };

    /// <summary>The report about code that is wrong.</summary>
    public static string Report(Network network, Action<ArrayCase, ArrayGradients> code) =>
        Assert.Throws<AssertionException>(() => GradientAssert.Agrees(network, code, Few))!.Message;

    /// <summary>σ of every entry.</summary>
    public static Matrix<double> Sigmoid(this Matrix<double> a) => a.Map(v => 1 / (1 + Math.Exp(-v)));

    /// <summary>The slope of σ, by its value.</summary>
    public static Matrix<double> SigmoidSlope(this Matrix<double> s) => s.Map(v => v * (1 - v));

    /// <summary>The slope of tanh, by its value.</summary>
    public static Matrix<double> TanhSlope(this Matrix<double> t) => t.Map(v => 1 - v * v);

    /// <summary>The sum of the columns, as a matrix of one.</summary>
    public static Matrix<double> SumOfColumns(this Matrix<double> a) => a.RowSums().ToColumnMatrix();

    /// <summary>A column added to every column.</summary>
    public static Matrix<double> PlusColumn(this Matrix<double> a, Matrix<double> column) =>
        a.MapIndexed((i, _, v) => v + column[i, 0]);
}

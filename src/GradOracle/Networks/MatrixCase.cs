using System.Numerics;
using GradOracle.Cases;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Networks;

/// <summary>One case as MathNet matrices: what a forward and a derivation are written with.</summary>
/// <typeparam name="T">double, float or Complex.</typeparam>
public sealed class MatrixCase<T>(CaseBatch batch, int index)
    where T : struct, INumberBase<T>
{
    private readonly IReadOnlyDictionary<string, Matrix<T>>? _tensors;

    /// <summary>The case with other matrices in place of its own.</summary>
    internal MatrixCase(CaseBatch batch, int index, IReadOnlyDictionary<string, Matrix<T>> tensors)
        : this(batch, index) => _tensors = tensors;

    /// <summary>The sizes of the case.</summary>
    public Shape Shape => batch.Shape;

    /// <summary>The named parameter, input or target, rows × columns.</summary>
    public Matrix<T> this[string name] => _tensors?.GetValueOrDefault(name) ?? batch[name].ToMatrix<T>(index);

    /// <summary>The target, which has the size of the output.</summary>
    public Matrix<T> Target => this[batch.Loss.TargetName];

    /// <summary>The same case in another element type.</summary>
    public MatrixCase<TOther> In<TOther>()
        where TOther : struct, INumberBase<TOther> => new(batch, index);

    /// <summary>L, the case's loss at this output.</summary>
    internal T Loss(Matrix<T> output) =>
        batch.Loss.Value<T>(output.ToRowMajorArray(), Target.ToRowMajorArray(), output.ColumnCount);

    /// <summary>G = ∂L/∂Ŷ, the gradient of the case's loss at this output; same size as the output.</summary>
    public Matrix<T> OutputGradient(Matrix<T> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var gradient = new T[output.RowCount * output.ColumnCount];
        batch.Loss.Gradient<T>(output.ToRowMajorArray(), Target.ToRowMajorArray(), output.ColumnCount, gradient);
        return Matrix<T>.Build.DenseOfRowMajor(output.RowCount, output.ColumnCount, gradient);
    }
}

using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle;

/// <summary>One case as MathNet matrices: what a readable derivation is written with.</summary>
/// <typeparam name="T">double or float.</typeparam>
public sealed class MatrixCase<T>
    where T : struct, INumberBase<T>
{
    private readonly CaseStack _batch;
    private readonly int _index;

    internal MatrixCase(CaseStack batch, int index) => (_batch, _index) = (batch, index);

    /// <summary>The sizes of the case.</summary>
    public Shape Shape => _batch.Shape;

    /// <summary>The named parameter, input or target, rows × columns.</summary>
    public Matrix<T> this[string name] => _batch[name].ToMatrix<T>(_index);

    /// <summary>The target, which has the size of the output.</summary>
    public Matrix<T> Target => _batch.Target.ToMatrix<T>(_index);

    /// <summary>The output that <see cref="OutputGradient"/> was last asked about; null where it was not asked yet.</summary>
    internal Matrix<T>? Output { get; private set; }

    /// <summary>The same case in another element type; the output goes on being noted here.</summary>
    internal MatrixCase<double> InDouble() => this as MatrixCase<double> ?? new(_batch, _index);

    /// <summary>L, the case's loss at this output.</summary>
    internal T Loss(Matrix<T> output) => _batch.LossAt<T>(_index, output.ToRowMajorArray());

    /// <summary>G = ∂L/∂Ŷ, the gradient of the case's loss at this output, of its size. The output is noted: it is the first thing that is compared.</summary>
    /// <exception cref="ArgumentException">The output has another size than the target.</exception>
    public Matrix<T> OutputGradient(Matrix<T> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Output = output;
        var sizes = _batch.Scenario.Output.Sizes;
        if (sizes.Count > 2 || (output.RowCount, output.ColumnCount) != (sizes.Rows, sizes.Columns))
        {
            var what = _batch.Target.Sizes.Equals(sizes) ? "target" : "network's output";
            throw new ArgumentException($"Ŷ is {output.RowCount}×{output.ColumnCount}, the {what} is {sizes}", nameof(output));
        }

        var gradient = new T[sizes.Length];
        _batch.OutputGradient<T>(_index, output.ToRowMajorArray(), gradient);
        return Matrix<T>.Build.DenseOfRowMajor(output.RowCount, output.ColumnCount, gradient);
    }
}

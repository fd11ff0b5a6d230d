using System.Numerics;
using System.Runtime.InteropServices;
using GradOracle.Derivations;
using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle;

/// <summary>One case as MathNet matrices: what a readable derivation is written with.</summary>
/// <typeparam name="T">double or float.</typeparam>
public sealed class MatrixCase<T>
    where T : struct, INumberBase<T>
{
    private readonly CaseStack _batch;
    private readonly int _index;
    private readonly List<(TensorStack Stack, Matrix<T> Matrix)> _given = [];

    internal MatrixCase(CaseStack batch, int index) => (_batch, _index) = (batch, index);

    /// <summary>The sizes of the case.</summary>
    public Shape Shape => _batch.Shape;

    /// <summary>The named parameter, input or target, rows × columns: a copy, and whoever changes it is told
    /// so.</summary>
    /// <exception cref="BadInputException">There is none of this name; the message gives the nearest.</exception>
    public Matrix<T> this[string name] => Given(_batch.Tensors.FirstOrDefault(t => t.Name == name)
        ?? throw TensorNames.Unknown(name, [.. _batch.Tensors.Select(t => t.Name)]));

    /// <summary>The target, which has the size of the output.</summary>
    public Matrix<T> Target => Given(_batch.Target);

    /// <summary>The output that <see cref="OutputGradient"/> was last asked about; null where it was not asked
    /// yet.</summary>
    internal Matrix<T>? Output { get; private set; }

    /// <summary>The same case in another element type; the output goes on being noted here.</summary>
    internal MatrixCase<double> InDouble() => this as MatrixCase<double> ?? new(_batch, _index);

    /// <summary>The inputs that somebody wrote into, by name.</summary>
    internal IEnumerable<string> Changed => _given.Where(IsChanged).Select(g => g.Stack.Name).Distinct();

    /// <summary>The memory that each input was handed out in.</summary>
    internal IEnumerable<(string Name, IEnumerable<object> Memory)> Memory =>
        _given.Select(g => (g.Stack.Name, Forms.MemoryOf(g.Matrix)));

    /// <summary>L, the case's loss at this output.</summary>
    internal T Loss(Matrix<T> output) => _batch.LossAt<T>(_index, output.ToRowMajorArray());

    /// <summary>G = ∂L/∂Ŷ, the gradient of the case's loss at this output, of its size. The output is noted: it is the
    /// first thing that is compared.</summary>
    /// <exception cref="ArgumentException">The output has another size than the target.</exception>
    public Matrix<T> OutputGradient(Matrix<T> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Output = output;
        var sizes = _batch.Scenario.Output.Sizes;
        if (sizes.Count > 2 || (output.RowCount, output.ColumnCount) != (sizes.Rows, sizes.Columns))
        {
            var what = _batch.Target.Sizes.Equals(sizes) ? "target" : "network's output";
            throw new ArgumentException(
                $"Ŷ is {output.RowCount}×{output.ColumnCount}, the {what} is {sizes}", nameof(output));
        }

        var gradient = new T[sizes.Length];
        _batch.OutputGradient<T>(_index, output.ToRowMajorArray(), gradient);
        return Matrix<T>.Build.DenseOfRowMajor(output.RowCount, output.ColumnCount, gradient);
    }

    private Matrix<T> Given(TensorStack stack)
    {
        var matrix = stack.ToMatrix<T>(_index);
        _given.Add((stack, matrix));
        return matrix;
    }

    private bool IsChanged((TensorStack Stack, Matrix<T> Matrix) given)
    {
        ReadOnlySpan<T> left = given.Matrix.AsColumnMajorArray();
        return !MemoryMarshal.AsBytes(left).SequenceEqual(
            MemoryMarshal.AsBytes<T>(given.Stack.ToMatrix<T>(_index).AsColumnMajorArray()));
    }
}

using System.Numerics;
using GradOracle.Cases;
using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Derivations;

/// <summary>A derivation written readably, one case at a time, with MathNet matrices.</summary>
public abstract class MatrixDerivation(Network network) : IDerivation
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public Network Network => network;

    /// <summary>The gradients of one case, with respect to every parameter and input.</summary>
    protected abstract Gradients<T> Differentiate<T>(MatrixCase<T> x)
        where T : struct, INumberBase<T>;

    /// <inheritdoc/>
    public GradientBatch Differentiate(CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Type == ElementType.Float32 ? Run<float>(batch) : Run<double>(batch);
    }

    // The output is the network's own MathNet statement, so that the two statements are held against each other on every case.
    private GradientBatch Run<T>(CaseBatch batch)
        where T : struct, INumberBase<T>
    {
        var losses = new double[batch.Count];
        var result = new GradientBatch(batch) { Losses = losses };
        for (var s = 0; s < batch.Count; s++)
        {
            var x = new MatrixCase<T>(batch, s);
            var output = Forward(batch, x);
            result.Output.Write(s, output);
            losses[s] = double.CreateTruncating(x.Loss(output));
            var gradients = TryDifferentiate(x, out var error);
            foreach (var stack in result.Gradients)
            {
                if (gradients is null)
                {
                    result.SetFault(s, stack.Name, error!);
                }
                else if (!gradients.TryGet(stack.Name, out var gradient) || gradient is null)
                {
                    result.SetFault(s, stack.Name, "the derivation gives no gradient");
                }
                else if (gradient.RowCount != stack.Rows || gradient.ColumnCount != stack.Columns)
                {
                    result.SetFault(s, stack.Name, $"the derivation's gradient is {gradient.RowCount}×{gradient.ColumnCount}, the tensor is {stack.Rows}×{stack.Columns}", Cast<double, T>(gradient));
                }
                else
                {
                    stack.Write(s, gradient);
                }
            }
        }

        return result;
    }

    /// <summary>A matrix in another element type, each entry rounded.</summary>
    protected static Matrix<T> Cast<T>(Matrix<double> matrix)
        where T : struct, INumberBase<T> => matrix as Matrix<T> ?? Cast<T, double>(matrix);

    private static Matrix<TTo> Cast<TTo, TFrom>(Matrix<TFrom> matrix)
        where TTo : struct, INumberBase<TTo>
        where TFrom : struct, INumberBase<TFrom> =>
        Matrix<TTo>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (i, j) => TTo.CreateTruncating(matrix[i, j]));

    // A derivation is foreign code under test: whatever it throws is a finding, not a crash.
#pragma warning disable CA1031
    private Gradients<T>? TryDifferentiate<T>(MatrixCase<T> x, out string? error)
        where T : struct, INumberBase<T>
    {
        try
        {
            var gradients = Differentiate(x);
            error = gradients is null ? "the derivation gives no gradients" : null;
            return gradients;
        }
        catch (Exception thrown)
        {
            error = $"the derivation failed: {thrown.Message.ReplaceLineEndings(" ").TrimEnd('.')}";
            return null;
        }
    }

    // The network is the user's statement of the problem: where it fails there is nothing to check.
    private static Matrix<T> Forward<T>(CaseBatch batch, MatrixCase<T> x)
        where T : struct, INumberBase<T>
    {
        try
        {
            var output = batch.Network.Forward(x);
            var (rows, columns) = batch.Network.Output(batch.Shape);
            return (output.RowCount, output.ColumnCount) == (rows, columns)
                ? output
                : throw new InvalidOperationException($"its output is {output.RowCount}×{output.ColumnCount}, the network states {rows}×{columns}");
        }
        catch (Exception thrown)
        {
            throw new BadInputException(
                $"The MathNet statement of {batch.Network.Name} fails at {batch.Shape}: {thrown.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", thrown);
        }
    }
#pragma warning restore CA1031
}

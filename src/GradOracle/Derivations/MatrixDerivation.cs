using System.Numerics;
using GradOracle.Derivations;
using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle;

/// <summary>A derivation written readably, one case at a time, with MathNet matrices: its own forward, then its
/// backward.</summary>
public abstract class MatrixDerivation(Network network) : Derivation
{
    /// <inheritdoc/>
    public sealed override Network Network => network;

    /// <summary>The gradients of one case, with respect to every parameter and input.</summary>
    protected abstract Gradients<T> Differentiate<T>(MatrixCase<T> x)
        where T : struct, INumberBase<T>;

    /// <inheritdoc/>
    public sealed override GradientStack Differentiate(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Type == ElementType.Float32 ? Run<float>(batch) : Run<double>(batch);
    }

    /// <summary>A matrix in another element type, each entry rounded.</summary>
    internal static Matrix<T> Cast<T>(Matrix<double> matrix)
        where T : struct, INumberBase<T> =>
        matrix as Matrix<T> ?? Matrix<T>.Build.Dense(
            matrix.RowCount, matrix.ColumnCount, (i, j) => T.CreateTruncating(matrix[i, j]));

    private GradientStack Run<T>(CaseStack batch)
        where T : struct, INumberBase<T>
    {
        var losses = new double[batch.Count];
        var result = new GradientStack(batch) { Losses = losses };
        for (var s = 0; s < batch.Count; s++)
        {
            var x = new MatrixCase<T>(batch, s);
            var gradients = TryDifferentiate(x, out var failure);
            var output = gradients?.Output ?? x.Output;
            Take(
                result,
                s,
                result.Output,
                output,
                failure ?? "the derivation gives no output: pass Ŷ to OutputGradient, or set Output",
                "the derivation's output");
            losses[s] = output is not null && result.FaultOf(s, Scenario.OutputName) is null
                ? double.CreateTruncating(x.Loss(output))
                : double.NaN;
            foreach (var stack in result.Gradients)
            {
                Take(
                    result,
                    s,
                    stack,
                    gradients?.Find(stack.Name),
                    failure ?? ArrayPass.Missing,
                    "the derivation's gradient");
            }

            // Of values on the way only those that are there.
            foreach (var name in gradients?.Names.Where(name => batch.Tensors.All(t => t.Name != name)) ?? [])
            {
                Take(result, s, result.Intermediate(name), gradients!.Find(name), "", "the derivation's gradient");
            }

            NoteConduct(batch, s, x, gradients, result);
        }

        return result;
    }

    private static void NoteConduct<T>(
        CaseStack batch, int index, MatrixCase<T> x, Gradients<T>? gradients, GradientStack result)
        where T : struct, INumberBase<T>
    {
        foreach (var changed in x.Changed)
        {
            var where = result.Gradients.Any(g => g.Name == changed) ? changed : Scenario.OutputName;
            result.SetMisconduct(index, where, $"the derivation modifies {changed}");
        }

        if (gradients is null)
        {
            return;
        }

        var found = result.Gradients.Where(g => gradients.Find(g.Name) is not null);
        var memory = found.Select(g => (g.Name, Forms.MemoryOf(gradients.Find(g.Name)!)));
        foreach (var (tensor, reason) in Aliases.Of(memory, x.Memory))
        {
            result.SetMisconduct(index, tensor, reason);
        }
    }

    private static void Take<T>(
        GradientStack result, int index, TensorStack into, Matrix<T>? matrix, string missing, string what)
        where T : struct, INumberBase<T>
    {
        if (matrix is null)
        {
            result.SetFault(index, into.Name, missing);
        }
        else if (into.Sizes.Count > 2 || matrix.RowCount != into.Rows || matrix.ColumnCount != into.Columns)
        {
            var misshapen = new TensorStack(into.Name, 1, new Sizes(matrix.RowCount, matrix.ColumnCount));
            misshapen.Write(0, matrix);
            result.SetFault(index, into.Name, $"{what} is {misshapen.Sizes}, the tensor is {into.Sizes}", misshapen);
        }
        else
        {
            into.Write(index, matrix);
        }
    }

    // A derivation is foreign code under test: whatever it throws is a finding, not a crash.
    private Gradients<T>? TryDifferentiate<T>(MatrixCase<T> x, out string? failure)
        where T : struct, INumberBase<T>
    {
        Gradients<T>? gradients = null;
        failure = IsolatedRun.Try(() => gradients = Differentiate(x)) ?? (
            gradients is null ? "the derivation gives null: return the gradients" : null);
        return gradients;
    }
}

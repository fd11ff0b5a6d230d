using GradOracle.Cases;
using TorchSharp;

namespace GradOracle.Oracles;

/// <summary>TorchSharp's reverse-mode automatic differentiation: one backward pass for a whole batch.</summary>
/// <remarks>The losses of all cases are added before the backward pass: no case shares an entry with another, so each keeps its own gradient.</remarks>
public sealed class Autograd : IGradientOracle
{
    private static readonly long[] s_rowsAndColumns = [1, 2];

    [ThreadStatic]
    private static bool t_threadIsSet;

    /// <inheritdoc/>
    public string Name => "autograd";

    /// <inheritdoc/>
    public string Summary => "TorchSharp reverse-mode automatic differentiation, a whole batch in one pass";

    /// <inheritdoc/>
    public string? NotApplicable(CaseBatch batch) => null;

    /// <inheritdoc/>
    public OracleAnswer Answer(CaseBatch batch) => new(Differentiate(batch), new OracleErrors(batch).OfRoundings);

    /// <summary>The outputs, losses and gradients of every case of the batch.</summary>
    public static GradientBatch Differentiate(CaseBatch batch) => Run(batch, TapeMode.Values, inspect: null);

    /// <summary>The gradient through each use of each parameter and input alone; the gradient of a tensor is the sum over its uses.</summary>
    /// <returns>One stack for each use, in the order of the network's statement; a tensor without labelled uses has one, with an empty label.</returns>
    public static IReadOnlyList<(string Tensor, string Use, TensorStack Gradient)> Contributions(CaseBatch batch)
    {
        var contributions = new List<(string, string, TensorStack)>();
        Run(batch, TapeMode.Contributions, (tape, _, _) =>
        {
            foreach (var leaf in tape.Steps.Where(s => s.Operation == Operation.Leaf && s.Tensor.requires_grad))
            {
                var stack = new TensorStack(leaf.Name!, batch.Count, leaf.Rows, leaf.Columns);
                TorchMemory.Read(leaf.Tensor.grad!, stack.Values);
                contributions.Add((leaf.Name!, leaf.Use ?? "", stack));
            }
        });
        return contributions;
    }

    /// <summary>Evaluates a batch and hands its tape over: the tape, the output, and the entries whose sum is the loss.</summary>
    internal static void Inspect(CaseBatch batch, Action<Tape, TorchMatrix, TorchMatrix> inspect) => Run(batch, TapeMode.Values, inspect);

    /// <summary>As <see cref="Inspect"/>, and every step of the tape keeps its adjoint.</summary>
    internal static void InspectAdjoints(CaseBatch batch, Action<Tape, TorchMatrix, TorchMatrix> inspect) => Run(batch, TapeMode.Adjoints, inspect);

    /// <summary>The steps from the parameters and inputs of the first case to its output, which is the last of them; each labelled use is a leaf of its own.</summary>
    internal static IReadOnlyList<TraceStep> Trace(CaseBatch batch)
    {
        IReadOnlyList<TraceStep> trace = [];
        Run(batch, TapeMode.Contributions, (tape, output, _) =>
        {
            var steps = tape.Steps.TakeWhile(s => s != output).Append(output).ToList();
            var numbers = steps.Select((s, i) => (s, i)).ToDictionary(p => p.s, p => p.i);
            trace = [.. steps.Select(s => new TraceStep(s.Operation, s.Factor, s.Name, s.Use, [.. s.Operands.Select(o => numbers[o.Operand])], ValueOf(s), s.Function?.Slope))];
        });
        return trace;

        static MathNet.Numerics.LinearAlgebra.Matrix<double> ValueOf(TorchMatrix step)
        {
            var stack = new TensorStack("", (int)step.Tensor.shape[0], step.Rows, step.Columns);
            TorchMemory.Read(step.Tensor, stack.Values);
            return stack.ToMatrix<double>(0);
        }
    }

    /// <summary>The gradient and output of the majorant: the same network on absolute values, in float64.</summary>
    internal static GradientBatch Majorant(CaseBatch batch, Action<Tape, TorchMatrix, TorchMatrix>? inspect = null) => Run(batch, TapeMode.Majorant, inspect);

    /// <summary>The majorant of the batch with every entry and every constant factor raised to at least 1.</summary>
    internal static GradientBatch Raised(CaseBatch batch) => Run(batch.Map(v => Math.Max(1, Math.Abs(v))), TapeMode.Raised, inspect: null);

    private static GradientBatch Run(CaseBatch batch, TapeMode mode, Action<Tape, TorchMatrix, TorchMatrix>? inspect)
    {
        ArgumentNullException.ThrowIfNull(batch);
        TorchRuntime.EnsureLoaded();
        if (!t_threadIsSet)
        {
            torch.set_num_threads(1); // batches run side by side; threads inside them would only get in each other's way
            t_threadIsSet = true;
        }

        using var scope = torch.NewDisposeScope();
        var result = new GradientBatch(batch);
        var tape = new Tape(batch, mode);
        var output = Forward(batch, tape);
        if (output.Rows != result.Output.Rows || output.Columns != result.Output.Columns)
        {
            throw new BadInputException(
                $"The TorchSharp statement of {batch.Network.Name} gives an output of {output.Rows}×{output.Columns} at {batch.Shape}; it states {result.Output.Rows}×{result.Output.Columns}.");
        }

        var entries = batch.Loss.Entries(output, tape[batch.Loss.TargetName]);
        var losses = entries.Tensor.sum(s_rowsAndColumns);
        losses.sum().backward();
        TorchMemory.Read(output.Tensor, result.Output.Values);
        foreach (var gradient in result.Gradients)
        {
            if (tape.UsedLeaf(gradient.Name)?.Tensor.grad is { } values)
            {
                TorchMemory.Read(values, gradient.Values);
            }
            else
            {
                gradient.Values.AsSpan().Clear(); // the output does not depend on it, or each use has a leaf of its own
            }
        }

        var perCase = new double[batch.Count];
        TorchMemory.Read(losses, perCase);
        result.Losses = perCase;
        inspect?.Invoke(tape, output, entries);
        return result;
    }

    // The network is the user's statement of the problem: where it fails there is nothing to check.
#pragma warning disable CA1031
    private static TorchMatrix Forward(CaseBatch batch, Tape tape)
    {
        try
        {
            return batch.Network.Forward(tape);
        }
        catch (Exception thrown)
        {
            throw new BadInputException(
                $"The TorchSharp statement of {batch.Network.Name} fails at {batch.Shape}: {thrown.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", thrown);
        }
    }
#pragma warning restore CA1031
}

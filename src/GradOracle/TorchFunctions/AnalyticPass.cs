using System.Runtime.InteropServices;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>One forward pass with its graph; the backward pass runs over it as often as it is asked to.</summary>
internal sealed class AnalyticPass : IDisposable
{
    private static string s_running = "";

    private readonly TorchSubject _subject;
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly torch.Tensor[] _outputs;

    /// <summary>Runs the forward pass.</summary>
    /// <exception cref="BackwardTrouble">It threw, or nothing it returned can be differentiated.</exception>
    public AnalyticPass(TorchSubject subject)
    {
        _subject = subject;
        try
        {
            using var enabled = torch.enable_grad();
            var all = Forward(subject);
            Selected =
            [
                .. Enumerable.Range(0, all.Length)
                    .Where(k => all[k].is_floating_point() && (subject.MissingIsZero || all[k].requires_grad)),
            ];
            _outputs = [.. Selected.Select(k => all[k])];
            if (_outputs.Length == 0)
            {
                throw new BackwardTrouble(
                    "no output requires a gradient: the graph is cut on the way (detach, no_grad, a new tensor made of numbers).");
            }

            foreach (var (k, output) in Selected.Zip(_outputs))
            {
                Demand(k, output);
            }

            Sizes = [.. _outputs.Select(t => (long[])[.. t.shape])];
            Values = [.. _outputs.Select(TorchMemory.Read)];
        }
        catch
        {
            _scope.Dispose();
            throw;
        }
    }

    /// <summary>The outputs that are compared, by their place among all.</summary>
    public IReadOnlyList<int> Selected { get; }

    /// <summary>Their shapes.</summary>
    public IReadOnlyList<long[]> Sizes { get; } = [];

    /// <summary>Their entries.</summary>
    public double[][] Values { get; } = [];

    /// <summary>
    /// Told what runs next, "forward" or "backward", when it changes: the last words of a process that dies.
    /// </summary>
    public static Action<string>? Announce
    {
        get;
        set
        {
            field = value;
            s_running = "";
        }
    }

    /// <summary>Runs the forward pass alone.</summary>
    /// <exception cref="BackwardTrouble">It threw.</exception>
    public static torch.Tensor[] Forward(TorchSubject subject)
    {
        foreach (var buffer in subject.Buffers)
        {
            buffer.Restore();
        }

        Running("forward");
        _ = BackwardGuard.Take();
        torch.Tensor[] outputs;
        try
        {
            outputs = subject.Call(subject.Inputs);
        }
        catch (Exception error) when (error is not (BackwardTrouble or BadInputException))
        {
            throw new BackwardTrouble(BackwardTrouble.Describe("forward", error));
        }

        Raise();
        var missing = Array.FindIndex(outputs, t => t is null || t.IsInvalid);
        return missing < 0
            ? outputs
            : throw new BackwardTrouble(
                $"forward returned output {missing} as null or disposed: return a tensor that lives.");
    }

    /// <summary>The gradients of all leaves; null is a gradient that is missing.</summary>
    /// <param name="upstream">The upstream gradient of every compared output.</param>
    /// <exception cref="BackwardTrouble">The backward pass threw or gave something that is no gradient.</exception>
    public double[]?[] Backward(double[][] upstream)
    {
        using var scope = torch.NewDisposeScope();
        using var enabled = torch.enable_grad();
        var needed = Enumerable.Range(0, _outputs.Length).Where(k => _outputs[k].requires_grad).ToList();
        if (needed.Count == 0)
        {
            return [.. _subject.Leaves.Select(l => new double[l.Values.Length])];
        }

        var leaves = _subject.Leaves.Select(l => l.Tensor).ToArray();
        Clear(leaves);
        Running("backward");
        _ = BackwardGuard.Take();
        try
        {
            torch.autograd.backward(
                [.. needed.Select(k => _outputs[k])],
                [.. needed.Select(k => TorchMemory.Of(upstream[k], Sizes[k], ElementType.Float64))],
                retain_graph: true,
                inputs: leaves);
        }
        catch (ExternalException error)
        {
            Raise();
            throw new BackwardTrouble(BackwardTrouble.Describe("backward", error));
        }

        Raise();
        double[]?[] gradients = [.. leaves.Select(Gradient)];
        Clear(leaves);
        return gradients;
    }

    public void Dispose() => _scope.Dispose();

    private static void Running(string what)
    {
        if (Announce is { } announce && s_running != what)
        {
            s_running = what;
            announce(what);
        }
    }

    private static void Clear(torch.Tensor[] leaves)
    {
        foreach (var leaf in leaves)
        {
            leaf.grad = null;
        }
    }

    private static void Raise()
    {
        if (BackwardGuard.Take() is [var first, ..])
        {
            throw new BackwardTrouble(first);
        }
    }

    private double[]? Gradient(torch.Tensor leaf) =>
        leaf.grad is { } gradient ? TorchMemory.Read(gradient) : _subject.MissingIsZero ? new double[leaf.numel()] : null;

    private void Demand(int k, torch.Tensor output)
    {
        if (output.dtype != torch.ScalarType.Float64)
        {
            throw new BackwardTrouble(
                $"{_subject.OutputWord} {k} is {output.dtype} although the inputs are Float64: it was cast on the way, "
                + "and differences of it cannot tell.");
        }

        if (TorchMemory.Read(output).Any(v => !double.IsFinite(v)))
        {
            throw new BackwardTrouble(
                $"{_subject.OutputWord} {k} is not finite at this point: give inputs where it is.");
        }
    }
}

using GradOracle.Bounds;
using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Oracles;

/// <summary>TorchSharp's reverse-mode automatic differentiation: one backward pass for a whole batch.</summary>
/// <remarks>
/// The losses of all cases are added before the backward pass: no case shares an entry with another, so each keeps its
/// own gradient. From the graph it takes the forward only, operation by operation; the backward pass is TorchSharp's
/// own.
/// </remarks>
internal sealed class Autograd : IOracle
{
    [ThreadStatic]
    private static bool t_threadIsSet;

    public string Name => "autograd";

    public string Summary => "TorchSharp reverse-mode automatic differentiation, a whole batch in one pass";

    public string? NotApplicable(CaseStack batch) => null;

    public OracleAnswer Answer(CaseStack batch)
    {
        return new(Differentiate(batch), RoundingErrors.Of(batch).Of);
    }

    /// <summary>The outputs, losses and gradients of every case of the batch.</summary>
    public static GradientStack Differentiate(CaseStack batch) => Differentiate(batch, []);

    /// <summary>The same, and the gradients with respect to values on the way.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="named">The names of those values.</param>
    public static GradientStack Differentiate(CaseStack batch, IReadOnlyList<string> named)
    {
        ArgumentNullException.ThrowIfNull(batch);
        TorchRuntime.EnsureLoaded();
        if (!t_threadIsSet)
        {
            // batches run side by side; threads inside them would only get in each other's way
            torch.set_num_threads(1);
            t_threadIsSet = true;
        }

        using var scope = torch.NewDisposeScope();
        var scenario = batch.Scenario;
        var leaves = new Dictionary<Node, torch.Tensor>();
        (TorchForward Code, double[][] Operands, torch.Tensor Output)? code = null;
        var values = scenario.OnTorch.EvaluateOnTorch(node =>
            node.Operation is Leaf ? Leaf(node) : node.Operation is TorchForward of ? Output(node, of) : null);
        var entries = values[scenario.OnTorch[scenario.Entries]];
        var axes = Enumerable.Range(1, scenario.Entries.Sizes.Count).Select(axis => (long)axis).ToArray();
        // over no axes TorchSharp sums over all, the cases too
        var losses = axes.Length == 0 ? entries : entries.sum(axes);
        var result = new GradientStack(batch);
        var kept = named.Select(name => (Room: result.Intermediate(name), Place: PlaceOf(name))).ToList();
        foreach (var (_, place) in kept.Where(k => k.Place >= 0))
        {
            values[place].retain_grad();
        }

        losses.sum().backward();
        foreach (var (room, place) in kept)
        {
            if (place >= 0 && values[place].grad is { } gradient)
            {
                TorchMemory.Read(gradient, room.Values);
            }
            else
            {
                ReverseMode.OfNamed(batch, room.Name).CopyTo(room.Values, 0);
            }
        }

        TorchMemory.Read(values[scenario.OnTorch[scenario.Output]], result.Output.Values);
        for (var i = 0; i < result.Gradients.Count; i++)
        {
            if (leaves.GetValueOrDefault(scenario.Leaves[i])?.grad is { } gradient)
            {
                TorchMemory.Read(gradient, result.Gradients[i].Values);
            }
            else
            {
                result.Gradients[i].Values.AsSpan().Clear(); // the output does not depend on it
            }
        }

        if (code is { } called)
        {
            AddSentThrough(batch, called.Code.Code, called.Operands, called.Output, result);
        }

        result.Losses = TorchMemory.Read(losses);
        return result;

        // A value under a second name is one tensor to TorchSharp, and its gradient that of both.
        int PlaceOf(string name) =>
            scenario.FindNamed(name) is { Operation.IsAlias: false } node ? scenario.OnTorch.Find(node) : -1;

        // What is TorchSharp code is called case by case, so its outputs are taken for given here.
        torch.Tensor Output(Node node, TorchForward of)
        {
            double[][] operands = [.. node.Operands.Select(o => batch[o.Name!].Values)];
            var values = of.Code.Outputs(operands, batch.Type, batch.Count);
            var output = TorchMemory.Of(values, node.Sizes.Batched(batch.Count), batch.Type);
            code = (of, operands, output);
            return output.requires_grad_(true);
        }

        torch.Tensor Leaf(Node node)
        {
            var stack = batch[node.Name!];
            var tensor = TorchMemory.Of(stack.Values, stack.Sizes.Batched(stack.Count), batch.Type);
            leaves[node] = tensor.requires_grad_(scenario.Leaves.Contains(node));
            return leaves[node];
        }
    }

    // What flows back to the output goes on through the code; what the loss itself sends to a tensor is there already.
    private static void AddSentThrough(
        CaseStack batch, TorchStatement code, double[][] operands, torch.Tensor output, GradientStack result)
    {
        var outputs = TorchMemory.Read(output);
        var D = new double[outputs.Length];
        if (output.grad is { } gradient)
        {
            TorchMemory.Read(gradient, D);
        }

        if (code.Detached.FirstOrDefault(name => result.Gradients.Any(g => g.Name == name)) is { } cut)
        {
            throw new BadInputException(
                $"{code.Name} depends on {cut}, and autograd does not see it: the graph is cut on the way (detach, "
                + "no_grad, a new tensor made of numbers); mend that, or leave it out with Differentiates(…).");
        }

        var sent = code.Pullback(operands, D, batch.Type, batch.Count, outputs);
        var length = sent.Length / batch.Count;
        var at = 0;
        foreach (var spec in code.Specs)
        {
            var stack = result.Gradients.FirstOrDefault(g => g.Name == spec.Name);
            for (var s = 0; stack is not null && s < batch.Count; s++)
            {
                var gradients = stack[s];
                for (var j = 0; j < gradients.Length; j++)
                {
                    var sum = gradients[j] + sent[s * length + at + j];
                    gradients[j] = batch.Type == ElementType.Float32 ? (float)sum : sum;
                }
            }

            at += spec.Length;
        }
    }
}

using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>The code on trial at one point: what it reads, what is differentiated, how it is called.</summary>
internal sealed class TorchSubject : IDisposable
{
    private readonly DisposeScope _scope;
    private readonly List<(torch.Tensor Parameter, torch.Tensor? Gradient)> _gradients = [];

    private TorchSubject(
        DisposeScope scope, string name, torch.Tensor[] inputs, Func<torch.Tensor[], torch.Tensor[]> call)
    {
        (_scope, Name, Inputs, Call) = (scope, name, inputs, call);
    }

    public string Name { get; }

    /// <summary>The check's own copies of the inputs, floating ones in float64.</summary>
    public torch.Tensor[] Inputs { get; }

    /// <summary>From inputs to outputs.</summary>
    public Func<torch.Tensor[], torch.Tensor[]> Call { get; }

    /// <summary>What is differentiated: inputs, then parameters.</summary>
    public IReadOnlyList<Variable> Leaves { get; private init; } = [];

    /// <summary>What is read and not differentiated: whole numbers, buffers.</summary>
    public IReadOnlyList<Variable> Others { get; private init; } = [];

    /// <summary>A buffer may change (the running mean of a batch norm in training); it is put back.</summary>
    public IReadOnlyList<Variable> Buffers { get; private init; } = [];

    /// <summary>Parts that draw random numbers in their present mode.</summary>
    public Func<string> Drawing { get; private init; } = () => "";

    /// <summary>A gradient that does not depend on the inputs is zero, and not one that is missing.</summary>
    public bool MissingIsZero { get; private init; }

    /// <summary>What the messages call the outputs: "output", or "gradient" of the gradient.</summary>
    public string OutputWord { get; private init; } = "output";

    /// <summary>A function of tensors.</summary>
    public static TorchSubject Of(
        string name, IReadOnlyList<torch.Tensor> inputs, Func<torch.Tensor[], torch.Tensor[]> call)
    {
        TorchRuntime.EnsureLoaded();
        var scope = torch.NewDisposeScope();
        var copies = GivenInputs.Copies(inputs);
        var chosen = GivenInputs.Chosen(inputs);
        if (!chosen.Contains(true))
        {
            throw new BadInputException("No input is a floating-point tensor: there is nothing to differentiate.");
        }

        return new(scope, name, copies, call)
        {
            Leaves = LeavesOf(copies, chosen, true),
            Others = LeavesOf(copies, chosen, false),
        };
    }

    /// <summary>A module: its parameters, by name, are differentiated with the inputs.</summary>
    public static TorchSubject Of(
        torch.nn.Module module, IReadOnlyList<torch.Tensor> inputs, Func<torch.Tensor[], torch.Tensor[]> call)
    {
        TorchRuntime.EnsureLoaded();
        var scope = torch.NewDisposeScope();
        var copies = GivenInputs.Copies(inputs);
        var parameters = module.named_parameters().Where(p => p.parameter.requires_grad).ToList();
        foreach (var (name, parameter) in parameters)
        {
            if (parameter.dtype != torch.ScalarType.Float64)
            {
                throw new BadInputException(
                    (Sentence)($"Parameter {name} is {parameter.dtype}: convert the module first, module.to(torch.float64); "
                        + $"differences of anything shorter cannot tell."));
            }
        }

        var chosen = GivenInputs.Chosen(inputs);
        var subject = new TorchSubject(scope, NameOf(module), copies, call)
        {
            Leaves = [.. LeavesOf(copies, chosen, true), .. parameters.Select(p => new Variable($"parameter {p.name}", p.parameter))],
            Others = LeavesOf(copies, chosen, false),
            Buffers = [.. module.named_buffers().Select(b => new Variable($"buffer {b.name}", b.buffer))],
            Drawing = () => TorchModules.Drawing(module),
        };
        subject._gradients.AddRange(parameters.Select(p => ((torch.Tensor)p.parameter, p.parameter.grad)));
        return subject;
    }

    /// <summary>The gradient as a function: from the point and the upstream gradients to the gradients.</summary>
    /// <remarks>An input that is no leaf of the first order is none here; parameters stay leaves.</remarks>
    public TorchSubject Gradient(ulong seed, IReadOnlyList<long[]> outputSizes, IReadOnlyList<int> selected)
    {
        var scope = torch.NewDisposeScope();
        torch.Tensor Upstream(long[] sizes, int k) => TorchMemory.Of(
            Entries.Random(seed, 1000 + k, Count(sizes)), sizes, ElementType.Float64).requires_grad_(true);
        var upstream = outputSizes.Select(Upstream).ToArray();
        torch.Tensor[] inputs = [.. Inputs, .. upstream];
        return new(scope, $"the gradient of {Name}", inputs, Gradients)
        {
            Leaves = [.. Leaves, .. upstream.Select((t, k) => new Variable($"upstream gradient {k}", t))],
            Others = Others,
            Buffers = Buffers,
            MissingIsZero = true,
            OutputWord = "gradient",
        };

        torch.Tensor[] Gradients(torch.Tensor[] at)
        {
            using var enabled = torch.enable_grad();
            var outputs = Call(at[..Inputs.Length]);
            var leaves = Leaves.Select(l => l.Tensor).ToArray();
            foreach (var leaf in leaves)
            {
                leaf.grad = null;
            }

            torch.autograd.backward(
                [.. selected.Select(k => outputs[k])], at[Inputs.Length..], retain_graph: true, create_graph: true, inputs: leaves);
            var gradients = leaves.Select(l => l.grad ?? torch.zeros_like(l)).ToArray();
            foreach (var leaf in leaves)
            {
                leaf.grad = null;
            }

            return gradients;
        }
    }

    /// <summary>Puts back what was in the tensors, and the user's gradients of parameters.</summary>
    public void Restore()
    {
        foreach (var leaf in Leaves.Concat(Others).Concat(Buffers))
        {
            leaf.Restore();
        }

        foreach (var (parameter, gradient) in _gradients)
        {
            parameter.grad = gradient;
        }
    }

    public void Dispose() => _scope.Dispose();

    /// <summary>What messages call a module.</summary>
    public static string NameOf(torch.nn.Module module) =>
        $"{module.GetName()} in {(module.training ? "training" : "evaluation")} mode";

    private static int Count(long[] sizes) => (int)sizes.Aggregate(1L, (product, size) => product * size);

    private static List<Variable> LeavesOf(torch.Tensor[] copies, bool[] chosen, bool isLeaf)
    {
        var leaves = new List<Variable>();
        for (var i = 0; i < copies.Length; i++)
        {
            if (chosen[i] == isLeaf)
            {
                copies[i].requires_grad_(isLeaf);
                leaves.Add(new($"input {i}", copies[i]));
            }
        }

        return leaves;
    }
}

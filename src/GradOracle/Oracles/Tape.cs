using GradOracle.Cases;
using TorchSharp;

namespace GradOracle.Oracles;

/// <summary>What a tape evaluates.</summary>
internal enum TapeMode
{
    /// <summary>The network itself.</summary>
    Values,

    /// <summary>The network itself, each labelled use of a parameter a leaf of its own: its gradient is the contribution of that use.</summary>
    Contributions,

    /// <summary>The network itself; every step keeps its adjoint.</summary>
    Adjoints,

    /// <summary>
    /// The network on absolute values, with every subtraction an addition: its gradient bounds the sum of the absolute values of
    /// all terms of the network's gradient.
    /// </summary>
    Majorant,

    /// <summary>The majorant with constant factors below 1 raised to 1: nothing is damped on its way.</summary>
    Raised,
}

/// <summary>The record of one TorchSharp evaluation of a network on a batch: its leaves by name, its steps in order.</summary>
public sealed class Tape
{
    private readonly CaseBatch _batch;
    private readonly Dictionary<string, TorchMatrix> _leaves = [];
    private readonly List<TorchMatrix> _steps = [];
    private readonly HashSet<string> _differentiated;

    internal Tape(CaseBatch batch, TapeMode mode)
    {
        _batch = batch;
        _differentiated = [.. batch.Network.Differentiated(batch.Shape).Select(t => t.Name)];
        Mode = mode;
    }

    /// <summary>The sizes of the cases.</summary>
    public Shape Shape => _batch.Shape;

    /// <summary>The named parameter, input or target of all cases.</summary>
    public TorchMatrix this[string name] => Leaf(name, null);

    /// <summary>One use of a parameter that the network uses more than once: <c>x["Wx", "on X1"]</c>. Its label tells its contribution from the others in a diagnosis.</summary>
    public TorchMatrix this[string name, string use] => Leaf(name, use);

    /// <summary>What is being evaluated.</summary>
    internal TapeMode Mode { get; }

    internal bool IsMajorant => Mode is TapeMode.Majorant or TapeMode.Raised;

    /// <summary>All steps, operands before what is computed from them.</summary>
    internal IReadOnlyList<TorchMatrix> Steps => _steps;

    /// <summary>Whether everything on the tape is a polynomial in the leaves, and not only one in pieces.</summary>
    internal bool IsPolynomial { get; private set; } = true;

    internal void BreakPolynomial() => IsPolynomial = false;

    /// <summary>The leaf of a tensor if the network has used it.</summary>
    internal TorchMatrix? UsedLeaf(string name) => _leaves.GetValueOrDefault(name);

    internal void Record(TorchMatrix step)
    {
        _steps.Add(step);
        if (Mode == TapeMode.Adjoints && step.Tensor.requires_grad)
        {
            step.Tensor.retain_grad();
        }
    }

    /// <summary>Carries rounding counts and lattice exponents of adjoints from the loss back to the leaves.</summary>
    /// <param name="root">The entries whose sum is the loss: their adjoint is 1, which is exact.</param>
    internal void CountBackward(TorchMatrix root)
    {
        root.Adjoint = new StepCount(0, 0);
        for (var i = _steps.Count - 1; i >= 0; i--)
        {
            var step = _steps[i];
            if (step.Adjoint is { } adjoint)
            {
                foreach (var (operand, added) in step.Operands)
                {
                    operand.Accumulate(adjoint.Then(added));
                }
            }
        }
    }

    // In an ordinary run all uses share one leaf: labels cost nothing.
    private TorchMatrix Leaf(string name, string? use)
    {
        var alone = Mode == TapeMode.Contributions ? use : null;
        var key = alone is null ? name : $"{name} {alone}";
        if (!_leaves.TryGetValue(key, out var leaf))
        {
            leaf = new TorchMatrix(this, LeafTensor(_batch[name]), degree: 1) { Name = name, Use = alone };
            _leaves.Add(key, leaf);
        }

        return leaf;
    }

    // The majorant is always float64: it bounds float32 evaluations as well, and better than float32 could.
    private torch.Tensor LeafTensor(TensorStack stack)
    {
        var single = _batch.Type == ElementType.Float32 && !IsMajorant;
        var tensor = torch.empty(stack.Count, stack.Rows, stack.Columns, single ? torch.ScalarType.Float32 : torch.ScalarType.Float64);
        TorchMemory.Write(tensor, stack.Values);
        if (IsMajorant)
        {
            tensor.abs_();
        }

        return tensor.requires_grad_(_differentiated.Contains(stack.Name));
    }
}

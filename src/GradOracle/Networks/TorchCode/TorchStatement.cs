using GradOracle.Torch;
using TorchSharp;

namespace GradOracle.Networks;

/// <summary>TorchSharp code that is the forward of a network, at one shape: its tensors, its outputs, and what autograd
/// sends back through it.</summary>
/// <remarks>The code is called for one case at a time. It may be asked anything by several threads: a module is used by
/// one of them only.</remarks>
internal sealed class TorchStatement
{
    /// <summary>What is said where something needs a graph.</summary>
    public const string NoGraph = "the network is TorchSharp code and has no graph";

    private const int Trials = 4;

    // Two runs of the same steps may take other code paths, by where their memory lies.
    private const double Roundings = 1 << 10;

    private readonly TorchForm _form;
    private readonly Shape _shape;
    private readonly Lazy<IReadOnlyList<string>> _detached;

    /// <summary>Calls the code a few times, to see what it declares, what it gives, and whether it gives the same
    /// again.</summary>
    /// <param name="form">The code.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="given">The tensors, where they are known already; null where the code declares them.</param>
    /// <exception cref="BadInputException">It fails, or draws anew at every call.</exception>
    public TorchStatement(TorchForm form, Shape shape, IReadOnlyList<TensorSpec>? given = null)
    {
        (_form, _shape) = (form, shape);
        _detached = new(() => given is null ? [.. DetachedInputs.Of(this, shape)] : []);
        using var scope = torch.NewDisposeScope();
        using var lent = Lend(ElementType.Float64);
        Specs = given ?? lent?.Parameters ?? [];
        lent?.Require(Specs, Name, shape);
        var inputs = new Inputs(shape, Specs);
        var values = new Dictionary<string, double[]>();
        torch.Tensor Trial()
        {
            var leaves = new Dictionary<string, torch.Tensor>();
            foreach (var spec in Specs.Where(s => lent?.Find(s.Name) is not null))
            {
                lent!.Set(spec.Name, Drawn(spec));
            }

            torch.Tensor Leaf(Node leaf)
            {
                var spec = inputs.Specs.Single(s => s.Name == leaf.Name);
                return leaves.GetValueOrDefault(spec.Name)
                    ?? (leaves[spec.Name] = TorchTensors.Of(Drawn(spec), spec, ElementType.Float64));
            }

            return _form.Call(inputs, lent, ElementType.Float64, Leaf);
        }

        double[] Drawn(TensorSpec spec) =>
            values.GetValueOrDefault(spec.Name) ?? (values[spec.Name] = TorchTensors.Draw(spec, shape));

        var first = Trial();
        Output = TorchTensors.SizesOf(first.shape);
        Specs = inputs.Specs;
        if (given is not null && Specs.Count > given.Count)
        {
            throw TensorNames.Unknown(Specs[given.Count].Name, [.. given.Select(spec => spec.Name)]);
        }

        var outputs = TorchMemory.Read(first);
        for (var trial = 1; trial < Trials; trial++)
        {
            RequireSame(outputs, TorchMemory.Read(Trial()), ElementType.Float64);
        }
    }

    /// <summary>Parameters, then inputs, as they are declared.</summary>
    public IReadOnlyList<TensorSpec> Specs { get; }

    /// <summary>The sizes of the output.</summary>
    public Sizes Output { get; }

    /// <summary>How reports write it.</summary>
    public string Name => _form.Name;

    /// <summary>The tensors on which the output depends while autograd does not see it: its graph is cut on the way.
    /// None where the code is a second statement, and on trial itself.</summary>
    public IReadOnlyList<string> Detached => _detached.Value;

    /// <summary>The outputs of every case.</summary>
    /// <param name="x">The values of the tensors, in order.</param>
    /// <param name="type">The element type to compute in.</param>
    /// <param name="count">How many cases there are.</param>
    public double[] Outputs(double[][] x, ElementType type, int count)
    {
        var outputs = new double[count * Output.Length];
        using var lent = Lend(type);
        for (var s = 0; s < count; s++)
        {
            using var scope = torch.NewDisposeScope();
            TorchMemory.Read(Called(x, s, type, lent, out _), outputs.AsSpan(s * Output.Length, Output.Length));
        }

        return outputs;
    }

    /// <summary>What autograd sends back from an adjoint of the output to each tensor, of every case: those of a case
    /// stand behind each other.</summary>
    /// <param name="x">The values of the tensors, in order.</param>
    /// <param name="D">The adjoint.</param>
    /// <param name="type">The element type to compute in.</param>
    /// <param name="count">How many cases there are.</param>
    /// <param name="outputs">The outputs, where they are known, to see that the code gives them again.</param>
    public double[] Pullback(double[][] x, double[] D, ElementType type, int count, double[]? outputs = null)
    {
        var length = Specs.Sum(spec => spec.Length);
        var result = new double[count * length];
        using var lent = Lend(type);
        for (var s = 0; s < count; s++)
        {
            using var scope = torch.NewDisposeScope();
            var output = Called(x, s, type, lent, out var leaves);
            if (outputs is not null)
            {
                RequireSame(outputs.AsSpan(s * Output.Length, Output.Length), TorchMemory.Read(output), type);
            }

            if (!output.requires_grad)
            {
                continue; // it depends on nothing that is differentiated
            }

            var adjoint = D.AsSpan(s * Output.Length, Output.Length);
            output.backward([TorchTensors.Of(adjoint, new("D", TensorRole.Constant, Output), type)]);
            var at = s * length;
            foreach (var spec in Specs)
            {
                if (spec.IsDifferentiated && leaves[spec.Name].grad is { } gradient)
                {
                    TorchMemory.Read(gradient, result.AsSpan(at, spec.Length));
                }

                at += spec.Length;
            }
        }

        return result;
    }

    /// <summary>The tensors that autograd sends nothing to.</summary>
    /// <param name="x">The values of the tensors of one case, in order.</param>
    public IReadOnlyList<string> WithoutGradient(double[][] x)
    {
        using var lent = Lend(ElementType.Float64);
        using var scope = torch.NewDisposeScope();
        var output = Called(x, 0, ElementType.Float64, lent, out var leaves);
        if (output.requires_grad)
        {
            output.sum().backward();
        }

        return [.. Specs.Where(s => s.IsDifferentiated && leaves[s.Name].grad is null).Select(s => s.Name)];
    }

    private torch.Tensor Called(
        double[][] x, int index, ElementType type, LentModule? lent, out Dictionary<string, torch.Tensor> leaves)
    {
        var tensors = leaves = [];
        for (var i = 0; i < Specs.Count; i++)
        {
            var spec = Specs[i];
            var values = x[i].AsSpan(index * spec.Length, spec.Length);
            if (lent?.Find(spec.Name) is { } parameter)
            {
                lent.Set(spec.Name, values);
                tensors[spec.Name] = parameter;
            }
            else
            {
                tensors[spec.Name] = TorchTensors.Of(values, spec, type).requires_grad_(spec.IsDifferentiated);
            }
        }

        var output = _form.Call(new Inputs(_shape, Specs), lent, type, leaf => tensors.GetValueOrDefault(leaf.Name!)
            ?? throw new BadInputException(
                $"{Name} has a tensor {leaf.Name} at some calls only: declare the same ones at every call."));
        return TorchTensors.SizesOf(output.shape).Equals(Output)
            ? output
            : throw new BadInputException(
                $"{Name} gives {TorchTensors.SizesOf(output.shape)} at {_shape}, where it gave {Output} before: "
                + "the sizes of its output must not depend on values.");
    }

    private LentModule? Lend(ElementType type)
    {
        TorchRuntime.EnsureLoaded();
        return _form.Module is { } module ? new(module, TorchMemory.ScalarTypeOf(type), _form.NameOf) : null;
    }

    private void RequireSame(ReadOnlySpan<double> before, ReadOnlySpan<double> now, ElementType type)
    {
        var largest = 0.0;
        foreach (var entry in before)
        {
            largest = Math.Max(largest, Math.Abs(entry));
        }

        for (var j = 0; j < now.Length; j++)
        {
            if (Math.Abs(before[j] - now[j]) > Roundings * type.UnitRoundoff * largest)
            {
                throw new BadInputException(
                    $"{Name} draws anew at every call{_form.Drawing}, so it cannot decide: "
                    + "call eval() on a module, or give what it draws as an input.");
            }
        }
    }
}

using GradOracle.Networks;

namespace GradOracle;

/// <summary>What differentiating a batch yields: for every case the output and the gradient of every parameter and
/// input.</summary>
public sealed class GradientStack
{
    private readonly CaseStack _batch;
    private List<TensorStack>? _intermediates;
    private Dictionary<(int Case, string Tensor), string>? _faults;
    private Dictionary<(int Case, string Tensor), TensorStack>? _misshapen;
    private HashSet<(int Case, string Tensor)>? _misconduct;

    /// <summary>Room for the outputs and gradients of a batch; an entry that is never written is NaN.</summary>
    public GradientStack(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _batch = batch;
        Output = new TensorStack(Scenario.OutputName, batch.Count, batch.Scenario.Output.Sizes);
        Gradients = [.. batch.Scenario.Differentiated.Select(s => new TensorStack(s.Name, batch.Count, s.Sizes))];

        // What is never written must not pass for a gradient.
        foreach (var stack in Gradients.Append(Output))
        {
            stack.Values.AsSpan().Fill(double.NaN);
        }
    }

    /// <summary>Ŷ of every case.</summary>
    public TensorStack Output { get; }

    /// <summary>The gradients, in the network's order.</summary>
    public IReadOnlyList<TensorStack> Gradients { get; }

    /// <summary>
    /// Room for the gradients with respect to a value on the way that the network has named, as <c>H1</c>: whoever has
    /// them may hand them in, and they are compared too.
    /// </summary>
    /// <exception cref="BadInputException">The network has named no such value.</exception>
    public TensorStack Intermediate(string name)
    {
        if (Intermediates.FirstOrDefault(t => t.Name == name) is { } known)
        {
            return known;
        }

        var node = _batch.Scenario.FindNamed(name)
            ?? throw TensorNames.Unknown(
                name, [.. Gradients.Select(g => g.Name)], [.. _batch.Scenario.NamedValues.Select(n => n.Name!)]);
        var room = new TensorStack(name, _batch.Count, node.Sizes);
        room.Values.AsSpan().Fill(double.NaN);
        (_intermediates ??= []).Add(room);
        return room;
    }

    /// <summary>The gradients of values on the way that were handed in.</summary>
    internal IReadOnlyList<TensorStack> Intermediates => _intermediates ?? [];

    /// <summary>L of every case, where whoever differentiated has it; otherwise empty.</summary>
    public IReadOnlyList<double> Losses { get; set; } = [];

    /// <summary>The gradients with respect to one parameter or input.</summary>
    /// <exception cref="KeyNotFoundException">There is no such parameter or input.</exception>
    public TensorStack this[string name] =>
        Gradients.FirstOrDefault(t => t.Name == name)
        ?? throw new KeyNotFoundException(
            $"There is no gradient {name}; there are {string.Join(", ", Gradients.Select(t => t.Name))}.");

    /// <summary>The gradients, and the output behind them.</summary>
    internal IEnumerable<TensorStack> All => Gradients.Append(Output);

    /// <summary>Whether any case lacks a gradient or the output.</summary>
    internal bool HasFaults => _faults is not null;

    /// <summary>Notes why one case has no gradient (or output) to compare, and the tensor that was given in its place,
    /// where there is one.</summary>
    internal void SetFault(int index, string tensor, string reason, TensorStack? misshapen = null)
    {
        (_faults ??= [])[(index, tensor)] = reason;
        if (misshapen is not null)
        {
            (_misshapen ??= [])[(index, tensor)] = misshapen;
        }
    }

    /// <summary>Notes that what is there for one case cannot be held against anything, for how it came about.</summary>
    internal void SetMisconduct(int index, string tensor, string reason)
    {
        SetFault(index, tensor, reason);
        (_misconduct ??= []).Add((index, tensor));
    }

    /// <summary>Whether the fault is in how it came about, and not in the values.</summary>
    internal bool IsMisconduct(int index, string tensor) => _misconduct?.Contains((index, tensor)) ?? false;

    /// <summary>The tensor of other sizes that was given for a gradient, or null.</summary>
    internal TensorStack? MisshapenOf(int index, string tensor) => _misshapen?.GetValueOrDefault((index, tensor));

    /// <summary>Why one case has no gradient (or output) to compare, or null where it has one.</summary>
    internal string? FaultOf(int index, string tensor) => _faults?.GetValueOrDefault((index, tensor));
}

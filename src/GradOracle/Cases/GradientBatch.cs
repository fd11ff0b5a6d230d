using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Cases;

/// <summary>What differentiating a batch yields: for every case the output and the gradient of every parameter and input.</summary>
public sealed class GradientBatch
{
    private Dictionary<(int Case, string Tensor), string>? _faults;
    private Dictionary<(int Case, string Tensor), Matrix<double>>? _misshapen;

    /// <summary>Room for the outputs and gradients of a batch; an entry that is never written is NaN.</summary>
    public GradientBatch(CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var (rows, columns) = batch.Network.Output(batch.Shape);
        Output = new TensorStack("Ŷ", batch.Count, rows, columns);
        Gradients = [.. batch.Network.Differentiated(batch.Shape).Select(s => new TensorStack(s.Name, batch.Count, s.Rows, s.Columns))];

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

    /// <summary>L of every case, where whoever differentiated has it; otherwise empty.</summary>
    public IReadOnlyList<double> Losses { get; set; } = [];

    /// <summary>The gradients with respect to one parameter or input.</summary>
    /// <exception cref="KeyNotFoundException">There is no such parameter or input.</exception>
    public TensorStack this[string name] =>
        Gradients.FirstOrDefault(t => t.Name == name)
        ?? throw new KeyNotFoundException($"There is no gradient {name}; there are {string.Join(", ", Gradients.Select(t => t.Name))}.");

    /// <summary>Notes why one case has no gradient to compare, and the matrix that was given in its place, where there is one.</summary>
    public void SetFault(int index, string tensor, string reason, Matrix<double>? misshapen = null)
    {
        (_faults ??= [])[(index, tensor)] = reason;
        if (misshapen is not null)
        {
            (_misshapen ??= [])[(index, tensor)] = misshapen;
        }
    }

    /// <summary>The matrix of another size that was given for a gradient, or null.</summary>
    internal Matrix<double>? MisshapenOf(int index, string tensor) => _misshapen?.GetValueOrDefault((index, tensor));

    /// <summary>Why one case has no gradient to compare, or null where it has one.</summary>
    public string? FaultOf(int index, string tensor) => _faults?.GetValueOrDefault((index, tensor));

    /// <summary>Whether any case lacks a gradient.</summary>
    public bool HasFaults => _faults is not null;
}

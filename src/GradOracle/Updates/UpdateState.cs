namespace GradOracle;

/// <summary>Where a run of updates stands: all that the next step depends on.</summary>
/// <param name="Step">How many steps have been taken.</param>
/// <param name="Case">A batch of one case: its parameters are the weights as they are now, its inputs and target those
/// of the start.</param>
/// <param name="Buffers">v of every parameter, named and sized as the parameter is; empty before the first step, and
/// always where the rule has no momentum.</param>
public sealed record UpdateState(int Step, CaseStack Case, IReadOnlyList<TensorStack> Buffers)
{
    /// <summary>The case as it was one step earlier, for diagnoses; null before the first step. A right update has no
    /// use for it.</summary>
    internal CaseStack? Previous { get; private init; }

    /// <summary>The parameters as they are now, in the network's order.</summary>
    public IReadOnlyList<TensorStack> Weights => ParametersOf(Case);

    /// <summary>The state before the first step.</summary>
    /// <exception cref="ArgumentException">The batch holds more than one case.</exception>
    public static UpdateState Start(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Count == 1
            ? new(0, batch with { Kind = CaseKind.Real }, []) // weights that move are no case of integers any more
            : throw new ArgumentException(
                $"A run of updates starts from one case, and the batch holds {batch.Count}.", nameof(batch));
    }

    /// <summary>The state one step later.</summary>
    /// <param name="weights">The new weights, all of them.</param>
    /// <param name="buffers">The new v of every parameter; none where the rule has no momentum.</param>
    public UpdateState Next(IReadOnlyList<TensorStack> weights, IReadOnlyList<TensorStack> buffers) =>
        new(Step + 1, With(Case, weights), buffers) { Previous = Case };

    /// <summary>The case with other weights.</summary>
    public static CaseStack With(CaseStack batch, IReadOnlyList<TensorStack> weights)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch with { Tensors = [.. batch.Tensors.Select(t => weights.FirstOrDefault(w => w.Name == t.Name) ?? t)] };
    }

    /// <summary>The parameters of a case, in the network's order.</summary>
    public static IReadOnlyList<TensorStack> ParametersOf(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return [.. batch.Scenario.Tensors.Where(s => s.Role == TensorRole.Parameter && s.IsDifferentiated).Select(s => batch[s.Name])];
    }
}

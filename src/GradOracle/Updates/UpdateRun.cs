namespace GradOracle.Updates;

/// <summary>Updates by hand and by the optimiser, from one case on.</summary>
internal static class UpdateRun
{
    /// <summary>The most steps a run may have.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>Runs one case.</summary>
    /// <param name="derivation">The derivation on trial, which gives the gradients; it need not be registered.</param>
    /// <param name="batch">A batch of one case: the weights to start from, the inputs and the target.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="update">The update on trial; by default the one written here.</param>
    /// <exception cref="BadInputException">A number of the rule, or of steps, is out of range, the network has no
    /// parameters, or a statement of the network fails.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static UpdateResult Of(
        Derivation derivation, CaseStack batch, UpdateRule rule, int steps, IUpdate? update = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(rule);
        rule.Validate(batch.Type);
        if (steps is < 1 or > MaxSteps)
        {
            throw new BadInputException(
                FormattableString.Invariant($"The number of steps is {steps}: it must be from 1 to {MaxSteps}."));
        }

        if (!batch.Scenario.Tensors.Any(t => t.Role == TensorRole.Parameter))
        {
            throw new BadInputException($"{batch.Network.Name} has no parameters: an update moves nothing.");
        }

        return new TrajectoryComparison(
            derivation, update ?? new SgdUpdate(), rule, UpdateState.Start(batch)).To(steps, batch);
    }
}

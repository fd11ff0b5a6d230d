using System.Globalization;
using GradOracle.Cases;
using GradOracle.Reports;
using GradOracle.Updates;

namespace GradOracle;

/// <summary>Holds updates by hand against <c>torch.optim.SGD</c>: every step from the same state, and two runs on their own from start to end.</summary>
/// <remarks>
/// <code>
/// optimiser's run   W₀ ── autograd, torch.optim.SGD ──> W₁ ──> W₂ ──> …      (v alike)
///                    └─── by hand, from the same W₀ ──> W₁′ ≟ W₁             every step, within UpdateBound
/// run by hand       W₀ ── derivation, update by hand ─> V₁ ──> V₂ ──> …      V ≟ W at every step, within the bound that grows with what they are apart already
/// </code>
/// </remarks>
public static class UpdateCheck
{
    /// <summary>The most steps a run may have.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>Runs one case.</summary>
    /// <param name="derivation">The derivation on trial, which gives the gradients; it need not be registered.</param>
    /// <param name="batch">A batch of one case: the weights to start from, the inputs and the target.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="update">The update on trial; by default the one written here.</param>
    /// <exception cref="BadInputException">A number of the rule, or of steps, is out of range, or a statement of the network fails.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    internal static UpdateResult Run(Derivation derivation, CaseStack batch, UpdateRule rule, int steps, IUpdate? update = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(rule);
        rule.Validate(batch.Type);
        if (steps is < 1 or > MaxSteps)
        {
            throw new BadInputException(FormattableString.Invariant($"The number of steps is {steps}: it must be from 1 to {MaxSteps}."));
        }

        return new TrajectoryComparison(derivation, update ?? new SgdUpdate(), rule, UpdateState.Start(batch)).To(steps, batch);
    }

    /// <summary>Runs one case again, by the name that a report printed; neither derivation nor update need be registered.</summary>
    /// <returns>The verdict, and the report as text.</returns>
    /// <exception cref="BadInputException">The name is not that of a case of the derivation's network, or a number is out of range.</exception>
    public static (Verdict Verdict, string Report) Replay(Derivation derivation, string caseName, UpdateRule rule, int steps, IUpdate? update = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        var result = Run(derivation, CaseGenerator.Generate(CaseId.Parse(caseName, derivation.Network)), rule, steps, update);
        return (result.Verdict, UpdateText.Of(result));
    }

    /// <summary>What runs a case again: the command, or C# where the derivation or the update is not registered.</summary>
    internal static string Replay(Derivation derivation, CaseStack batch, UpdateRule rule, int steps, IUpdate update)
    {
        const string command = "gradoracle check ";
        var replay = Registry.ReplayOf(derivation, batch);
        if (update is SgdUpdate && replay.StartsWith(command, StringComparison.Ordinal))
        {
            return $"{command}{CommandOptions(rule, steps)} {replay[command.Length..]}";
        }

        string[] numbers = [.. new[] { rule.Rate, rule.Momentum, rule.WeightDecay }.Select(NumberFormat.Full)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"UpdateCheck.Replay(new {derivation.GetType().Name}(), \"{batch.NameOf(0)}\", new UpdateRule({string.Join(", ", numbers)}), {steps}{(update is SgdUpdate ? "" : $", new {update.GetType().Name}()")})");
    }

    private static string CommandOptions(UpdateRule rule, int steps)
    {
        string Option(string name, double value) => value == 0 ? "" : $" --{name} {NumberFormat.Dyadic(value)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"--update {UpdateRule.Name} --steps {steps}{Option("rate", rule.Rate)}{Option("momentum", rule.Momentum)}{Option("weight-decay", rule.WeightDecay)}");
    }
}

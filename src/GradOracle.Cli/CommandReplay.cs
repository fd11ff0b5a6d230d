using GradOracle.Gallery;
using GradOracle.Messages;
using GradOracle.Reports;
using GradOracle.Updates;

namespace GradOracle.Cli;

/// <summary>What runs a finding again: the command, or C# where the derivation is not in the catalogue.</summary>
/// <param name="assembly">The assembly that they are taken from; null: the gallery.</param>
/// <param name="derivations">Those that have a name there; the first of a network is its default.</param>
internal sealed class CommandReplay(string? assembly, IReadOnlyList<Derivation> derivations) : ReplayLine
{
    /// <summary>Replays by the command, what is in the gallery.</summary>
    public static CommandReplay Instance { get; } = new(null, Catalog.Derivations.All);

    private string Command => assembly is null ? "gradoracle check" : $"gradoracle check --assembly {Quoted(assembly)}";

    /// <inheritdoc/>
    public override string Of(Derivation derivation, CaseStack batch) =>
        IsInCatalog(derivation) ? $"{Command} {Case(derivation, batch)}" : base.Of(derivation, batch);

    /// <inheritdoc/>
    public override string Of(UpdateResult result) => result.Update is SgdUpdate && IsInCatalog(result.Derivation)
        ? $"{Command} {Options(result.Rule, result.StepsAskedFor)} {Case(result.Derivation, result.Start)}"
        : base.Of(result);

    private bool IsInCatalog(Derivation derivation) =>
        derivations.Any(d => d.GetType() == derivation.GetType() && d.Name == derivation.Name);

    private string Case(Derivation derivation, CaseStack batch)
    {
        var isDefault = derivations.First(d => d.Network.Name == derivation.Network.Name).Name == derivation.Name;
        var replayed = batch.File is null ? $"--case \"{batch.NameOf(0)}\"" : $"--case-file {Quoted(batch.File)}";
        return $"{(isDefault ? "" : $"--derivation {derivation.Name} ")}{replayed}";
    }

    private static string Options(UpdateRule rule, int steps)
    {
        string Option(string name, double value) => value == 0 ? "" : $" --{name} {NumberFormat.Dyadic(value)}";
        return FormattableString.Invariant(
            $"--update {UpdateRule.Name} --steps {steps}{Option("rate", rule.Rate)}{Option("momentum", rule.Momentum)}{Option("weight-decay", rule.WeightDecay)}");
    }

    // As a POSIX shell reads it.
    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny("\"$`\\!")
            ? $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'"
            : $"\"{text}\"";
}

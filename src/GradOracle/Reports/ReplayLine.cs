using System.Globalization;
using GradOracle.Derivations;
using GradOracle.Messages;
using GradOracle.Oracles;
using GradOracle.Updates;

namespace GradOracle.Reports;

/// <summary>What runs a finding again, in one line. Here C#, which runs wherever the derivation is at hand; a command
/// has lines of its own.</summary>
internal class ReplayLine
{
    /// <summary>Replays in C#.</summary>
    public static ReplayLine InCSharp { get; } = new();

    /// <summary>The line for one case.</summary>
    /// <param name="derivation">The derivation that was on trial.</param>
    /// <param name="batch">A batch of one case.</param>
    public virtual string Of(Derivation derivation, CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        var replayed = batch.NameOf(0);
        return Exhibits.AssemblyOf(derivation) is { } assembly && batch.File is null
            ? $"gradoracle check --assembly \"{assembly}\" --derivation {derivation.Name} --case \"{replayed}\""
            : $"GradientCheck.Replay({Made(derivation)}, \"{replayed}\")";
    }

    /// <summary>Whether it is made by a constructor without arguments, so that a line of C# makes it again.</summary>
    protected static bool IsMadePlainly(Derivation derivation) =>
        derivation is not (ArrayDerivation or LambdaDerivation or TorchDerivation)
            && derivation.GetType().GetConstructor(Type.EmptyTypes) is not null;

    // A derivation as an expression: the parts of a lambda that are not known stand as dots.
    private static string Expression(Derivation derivation) => derivation is ArrayDerivation or LambdaDerivation
        ? $"Derivation.Of({Made(derivation)})"
        : Made(derivation);

    private static string Made(Derivation derivation) => derivation switch
    {
        ArrayDerivation => "network, (x, g) => …",
        LambdaDerivation => "network, x => …",
        TorchDerivation => "network.StatedBy(…)",
        _ => $"new {derivation.GetType().Name}({(IsMadePlainly(derivation) ? "" : "…")})",
    };

    /// <summary>The line for a run of updates.</summary>
    public virtual string Of(UpdateResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var rule = string.Join(
            ", ", new[] { result.Rule.Rate, result.Rule.Momentum, result.Rule.WeightDecay }.Select(NumberFormat.Full));
        var isMadePlainly = result.Update.GetType().GetConstructor(Type.EmptyTypes) is not null;
        var update = result.Update is SgdUpdate
            ? ""
            : $", new {result.Update.GetType().Name}({(isMadePlainly ? "" : "…")})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"UpdateCheck.Replay({Expression(result.Derivation)}, \"{result.Case}\", new UpdateRule({rule}), {result.StepsAskedFor}{update})");
    }
}

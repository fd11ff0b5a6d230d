using System.CommandLine;
using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Networks;
using GradOracle.Oracles;

namespace GradOracle.Cli;

/// <summary>Options that several commands share.</summary>
internal static class SharedOptions
{
    public static Option<string?> Derivation() => new("--derivation")
    {
        Description = "The derivation on trial; by default the network's own. `gradoracle list` names them all.",
        HelpName = "NAME",
    };

    /// <summary>The case that was asked for by name or by file, or null where none was.</summary>
    public static CaseBatch? Batch(string? name, string? file)
    {
        if (name is not null && file is not null)
        {
            throw new BadInputException("--case and --case-file both name a case: give one of them.");
        }

        return file is not null ? CaseFile.Read(file) : name is not null ? Generate(CaseName.Parse(name)) : null;
    }

    public static IDerivation FindDerivation(string? name, Network network)
    {
        var derivation = name is null
            ? Registry.Derivations.All.First(d => d.Network.Name == network.Name)
            : Registry.Derivations.Find(name);
        return derivation.Network.Name == network.Name
            ? derivation
            : throw new BadInputException($"Derivation {derivation.Name} differentiates {derivation.Network.Name}, not {network.Name}: choose another with --derivation.");
    }

    private static CaseBatch Generate(CaseName name)
    {
        var magnitude = Certificate.Of(name.Network, name.Loss, name.Shape, name.Type).Magnitude;
        return name.Kind == CaseKind.Real || magnitude > 0
            ? CaseGenerator.Generate(name, magnitude)
            : throw new BadInputException(
                $"Case \"{name}\" does not exist: no integers stay exact in {name.Type} at this shape with this loss; take smaller sizes, float64, or the real kind.");
    }
}

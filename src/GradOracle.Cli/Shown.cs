using System.CommandLine;
using GradOracle.Gallery;
using GradOracle.Networks;

namespace GradOracle.Cli;

/// <summary>The networks and derivations that a command may name: the gallery's, or those of an assembly.</summary>
/// <param name="Networks">The networks.</param>
/// <param name="Derivations">The derivations; the first of a network is its default.</param>
/// <param name="Replay">What runs a finding on one of them again.</param>
internal sealed record Shown(Named<Network> Networks, Named<Derivation> Derivations, CommandReplay Replay)
{
    /// <summary>The gallery.</summary>
    public static Shown Gallery { get; } = new(Catalog.Networks, Catalog.Derivations, CommandReplay.Instance);

    /// <summary>What an assembly shows and what could not be made, each with the reason.</summary>
    public IReadOnlyList<string> Failures { get; private init; } = [];

    /// <summary>The option that names an assembly.</summary>
    public static Option<string?> Option() => new("--assembly")
    {
        Description = "Takes networks and derivations from this assembly of yours (a .dll), and not from the gallery.",
        HelpName = "FILE",
    };

    /// <summary>What an assembly shows, or the gallery where none is named.</summary>
    /// <exception cref="BadInputException">The assembly cannot be loaded, or shows no derivation.</exception>
    public static Shown Of(string? assembly)
    {
        if (assembly is null)
        {
            return Gallery;
        }

        var exhibits = UserAssembly.Load(assembly);
        return new(
            new("network", n => n.Name, exhibits.Networks),
            new("derivation", d => d.Name, exhibits.Derivations),
            new CommandReplay(assembly, exhibits.Derivations))
        {
            Failures = exhibits.Failures,
        };
    }

    /// <summary>The derivation named, or the first of the network.</summary>
    /// <exception cref="BadInputException">There is none, or it differentiates another network.</exception>
    public Derivation Find(string? name, Network network)
    {
        var derivation = name is null
            ? Derivations.All.FirstOrDefault(d => d.Network.Name == network.Name)
                ?? throw new BadInputException(
                    $"There is no derivation of {network.Name}: gradoracle list names those that there are.")
            : Derivations.Find(name);
        return derivation.Network.Name == network.Name
            ? derivation
            : throw new BadInputException($"Derivation {derivation.Name} differentiates {derivation.Network.Name}, not {network.Name}: choose another with --derivation.");
    }
}

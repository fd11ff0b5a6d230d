using System.CommandLine;
using GradOracle.Cases;
using GradOracle.Files;

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
    public static CaseStack? Batch(string? name, string? file) => Batch(name, file, Shown.Gallery);

    /// <inheritdoc cref="Batch(string?, string?)"/>
    public static CaseStack? Batch(string? name, string? file, Shown shown)
    {
        if (name is not null && file is not null)
        {
            throw new BadInputException("--case and --case-file both name a case: give one of them.");
        }

        if (file is { Length: 0 })
        {
            throw new BadInputException("--case-file is empty: give the path of a JSON file.");
        }

        return file is not null
            ? CaseFile.Read(file, shown.Networks)
            : name is not null
            ? CaseGenerator.Generate(CaseId.Parse(name, shown.Networks))
            : null;
    }

    /// <summary>Keeps a result from being written over the case it is about.</summary>
    public static void RequireOtherFile(string option, string? input, string? target) =>
        AtomicFile.RequireOther($"{option} would replace the case file", input, target);

    public static Derivation FindDerivation(string? name, Network network) => Shown.Gallery.Find(name, network);
}

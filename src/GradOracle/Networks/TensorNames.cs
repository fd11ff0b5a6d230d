using FuzzySharp;

namespace GradOracle.Networks;

/// <summary>The names of a network's tensors, as people misspell them.</summary>
internal static class TensorNames
{
    private const int Alike = 50;

    /// <summary>What is said of a name that no tensor has: the nearest one, and all of them.</summary>
    /// <param name="wanted">The name that was asked for.</param>
    /// <param name="names">Those that there are.</param>
    public static BadInputException Unknown(string wanted, IReadOnlyCollection<string> names)
    {
        static string Folded(string name) => name.ToUpperInvariant();
        var nearest = names.MaxBy(name => Fuzz.Ratio(Folded(name), Folded(wanted)));
        var hint = nearest is not null && Fuzz.Ratio(Folded(nearest), Folded(wanted)) >= Alike
            ? $": did you mean {nearest}? It has {string.Join(", ", names)}."
            : $": it has {string.Join(", ", names)}.";
        return new BadInputException($"{wanted} is no tensor of this network{hint}");
    }
}

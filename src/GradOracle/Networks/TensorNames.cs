using FuzzySharp;

namespace GradOracle.Networks;

/// <summary>The names of a network's tensors, as people misspell them.</summary>
internal static class TensorNames
{
    private const int Alike = 50;

    /// <summary>What is said of a name that no tensor has: the nearest one, and all of them.</summary>
    /// <param name="wanted">The name that was asked for.</param>
    /// <param name="names">Those that there are.</param>
    /// <param name="onTheWay">Values that the network has named, where one of them would do as well.</param>
    public static BadInputException Unknown(string wanted, IReadOnlyCollection<string> names, params IReadOnlyCollection<string> onTheWay)
    {
        static string Folded(string name) => name.ToUpperInvariant();
        var nearest = names.Concat(onTheWay).MaxBy(name => Fuzz.Ratio(Folded(name), Folded(wanted)));
        var all = string.Join(", ", names) + (onTheWay.Count > 0 ? $", and on the way {string.Join(", ", onTheWay)}" : "");
        var hint = nearest is not null && Fuzz.Ratio(Folded(nearest), Folded(wanted)) >= Alike
            ? $": did you mean {nearest}? It has {all}."
            : $": it has {all}.";
        return new BadInputException($"{wanted} is no tensor of this network{hint}");
    }
}

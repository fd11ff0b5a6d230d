using GradOracle.Messages;

namespace GradOracle.Networks;

/// <summary>The names of a network's tensors, as people misspell them.</summary>
internal static class TensorNames
{
    /// <summary>What is said of a name that no tensor has: the nearest one, and all of them.</summary>
    /// <param name="wanted">The name that was asked for.</param>
    /// <param name="names">Those that there are.</param>
    /// <param name="onTheWay">Values that the network has named, where one of them would do as well.</param>
    public static BadInputException Unknown(
        string wanted, IReadOnlyCollection<string> names, params IReadOnlyCollection<string> onTheWay)
    {
        var all = string.Join(", ", names)
            + (onTheWay.Count > 0 ? $", and on the way {string.Join(", ", onTheWay)}" : "");
        var hint = Nearest.To(wanted, names.Concat(onTheWay), ignoresCase: true) is { } nearest
            ? $": did you mean {nearest}? It has {all}."
            : $": it has {all}.";
        return new BadInputException($"{wanted} is no tensor of this network{hint}");
    }
}

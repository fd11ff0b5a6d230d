using System.Globalization;
using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>At which steps of a sequence something is wrong, in words.</summary>
internal static class Steps
{
    private const int FurthestValue = 12;

    /// <summary>What is said behind a mistake that is made at several places: at every step, at all but the last, at
    /// some.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="nodes">The nodes of the network at which it is made.</param>
    public static string Words(BackwardPass pass, IReadOnlyList<Node> nodes)
    {
        // A function and its body are one place.
        nodes = [.. nodes.DistinctBy(n => PlaceNames.Bearer(pass.Backward, n))];
        if (nodes.Count < 2)
        {
            return "";
        }

        var places = nodes.Select(n => PlaceOf(pass, n)).ToList();
        if (places.Exists(p => p is null) || places.Select(p => p!.Value.Series).Distinct().Count() > 1)
        {
            return ", and so in every place like it";
        }

        var made = places.Select(p => p!.Value.Index).ToHashSet();
        List<int> left = [.. pass.Network.Nodes
            .Where(n => n.Operands.Count > 0 && pass.Backward.AdjointOf(n) is not null)
            .Select(n => Own(pass, n)).OfType<(string Series, int Index)>()
            .Where(n => n.Series == places[0]!.Value.Series && !made.Contains(n.Index))
            .Select(n => n.Index).Distinct().Order()];
        return left.Count == 0 ? ", and so at every step"
            : left.Count == 1 && left[0] > made.Max() ? ", and so at every step but the last"
            : left.Count == 1 && left[0] < made.Min() ? ", and so at every step but the first"
            : string.Create(CultureInfo.InvariantCulture, $", and so at t = {string.Join(", ", made.Order())}");
    }

    // A node's own place in a sequence, or that of the first value that is made of it.
    private static (string Series, int Index)? PlaceOf(BackwardPass pass, Node node)
    {
        var next = new List<Node> { node };
        for (var i = 0; i < next.Count && i < FurthestValue; i++)
        {
            if (next[i].Place is { } place && (i == 0 || next[i].Operands.Count > 0))
            {
                return place;
            }

            next.AddRange(pass.Backward.Consumers(next[i]).Where(pass.Network.Contains));
        }

        return Own(pass, node);
    }

    // What has no name has its place among the lines of a step.
    private static (string Series, int Index)? Own(BackwardPass pass, Node node) => node.Place
        ?? (pass.StepOf(node) is var (line, step) && pass.Repeated.IsRecurrence
            ? (FormattableString.Invariant($"line {line}"), step + 1)
            : null);
}

using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>The values about a place of a network, the nearest first, each by the way that leads to it.</summary>
/// <remarks>A way means the same at every step and in every layer, whatever anything is called: up to an operand, down
/// to what uses a value.</remarks>
internal sealed class Surroundings
{
    private const int MostValues = 60;

    private readonly List<Reference> _values = [];

    public Surroundings(BackwardPass pass, Node around)
    {
        var (seen, ways) = (new HashSet<Node> { around }, new Queue<(Node Node, Way? Way)>([(around, null)]));
        while (ways.TryDequeue(out var next) && _values.Count < MostValues)
        {
            var (node, way) = next;
            if (BackwardPass.IsOwn(node))
            {
                _values.Add(
                    new(pass.KeyOf(node), node.Operands.Count == 0 && !char.IsDigit(node.Name?[^1] ?? '0'), way));
            }

            // What is used several times alike leads to none of them: from another place it would lead elsewhere.
            var consumers = pass.Backward.Consumers(node).Distinct().Where(pass.Network.Contains)
                .GroupBy(pass.KindOf).Where(alike => alike.Count() == 1).SelectMany(alike => alike);
            foreach (var consumer in consumers)
            {
                for (var i = 0; i < consumer.Operands.Count; i++)
                {
                    if (consumer.Operands[i] == node && seen.Add(consumer))
                    {
                        ways.Enqueue((consumer, new(way, IsUp: false, i, pass.KindOf(consumer))));
                    }
                }
            }

            for (var i = 0; i < node.Operands.Count; i++)
            {
                if (seen.Add(node.Operands[i]))
                {
                    ways.Enqueue((node.Operands[i], new(way, IsUp: true, i, pass.KindOf(node))));
                }
            }
        }
    }

    /// <summary>The values, the place itself first.</summary>
    public IReadOnlyList<Reference> Values => _values;

    /// <summary>The places that are to other steps, or in other layers, what this one is here; itself among
    /// them.</summary>
    public static IReadOnlyList<Node> Alike(BackwardPass pass, Node node)
    {
        var kind = pass.KindOf(node);
        // a state may be given at first: H0
        return [.. pass.Network.Nodes.Where(n => (n.Operands.Count > 0 || n.Name != kind) && pass.KindOf(n) == kind)];
    }
}

/// <summary>One step of a way through a network, and those before it.</summary>
internal sealed record Way(Way? Before, bool IsUp, int Operand, string Kind)
{
    /// <summary>Whether it only leads to what uses a value.</summary>
    public bool IsDown => !IsUp && (Before is null || Before.IsDown);

    /// <summary>Where the way leads from a node; null where it ends before.</summary>
    public Node? From(BackwardPass pass, Node start) =>
        (Before is null ? start : Before.From(pass, start)) is not { } node ? null
        : !IsUp ? pass.Backward.Consumers(node).FirstOrDefault(c =>
            pass.Network.Contains(c) && pass.KindOf(c) == Kind && c.Operands[Operand] == node)
        : pass.KindOf(node) == Kind && node.Operands.Count > Operand ? node.Operands[Operand]
        : null;
}

/// <summary>A value, as it is seen from a place.</summary>
/// <param name="Key">Its key, where the place is the one that it was first seen from.</param>
/// <param name="IsCommon">Whether it is the same at every step: a parameter.</param>
/// <param name="Way">The way to it; null of the place itself.</param>
internal sealed record Reference(int Key, bool IsCommon, Way? Way)
{
    /// <summary>Whether it is made of the value at the place: the adjoint there is made of its adjoint.</summary>
    public bool IsDownstream => Way is null || Way.IsDown;
}

/// <summary>A place of one backward pass, from which values are seen.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Around">The node at the place.</param>
/// <param name="IsHome">Whether it is the place from which references were first seen.</param>
/// <param name="Target">The node of the backward graph that is there.</param>
/// <param name="Senders">The messages that it is the sum of.</param>
internal sealed record Site(BackwardPass Pass, Node Around, bool IsHome, Node Target, IReadOnlyList<Edge> Senders)
{
    public Node? Value(Reference reference) =>
        IsHome || reference.IsCommon
            ? Pass.Find(reference.Key)
            : reference.Way is { } way
            ? way.From(Pass, Around)
            : Around;

    public Node? Adjoint(Reference reference) => Value(reference) is { } node ? Pass.Backward.AdjointOf(node) : null;
}

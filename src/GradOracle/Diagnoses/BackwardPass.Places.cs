using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>What lies behind the places of a backward pass, and what is alike among them.</summary>
internal sealed partial class BackwardPass
{
    private const int DepthOfKinds = 3;

    private readonly Dictionary<Node, string> _kinds = [];
    private Dictionary<Node, HashSet<string>>? _behind;

    /// <summary>What a node is, whatever step or layer it belongs to: its operation on those before it, names without
    /// their numbers.</summary>
    public string KindOf(Node node)
    {
        if (!_kinds.TryGetValue(node, out var kind))
        {
            _kinds.Add(node, kind = KindOf(node, DepthOfKinds));
        }

        return kind;
    }

    private static string KindOf(Node node, int depth) =>
        node.Name?.TrimEnd([.. "0123456789"]) is { Length: > 0 } name
            && (depth < DepthOfKinds || name != node.Name) ? name
        : depth == 0 ? "…"
        : $"{node.Operation.GetType().Name}({string.Join(' ', node.Operands.Select(o => KindOf(o, depth - 1)))})";

    /// <summary>The tensors whose gradients are made of a node of the backward graph.</summary>
    public IReadOnlyCollection<string> TensorsBehind(Node node) =>
        (_behind ??= FindBehind()).TryGetValue(node, out var behind) ? behind : [];

    private Dictionary<Node, HashSet<string>> FindBehind()
    {
        var behind = Scenario.Gradients.Nodes.ToDictionary(n => n, _ => new HashSet<string>());
        foreach (var tensor in Gradients.Keys)
        {
            behind[Scenario.ResultOf(tensor)].Add(tensor);
        }

        foreach (var node in Scenario.Gradients.Nodes.Reverse())
        {
            foreach (var operand in node.Operands)
            {
                behind[operand].UnionWith(behind[node]);
            }
        }

        return behind;
    }

    /// <summary>The edge that is to this pass, the loss included, what one is to another pass; null where there is
    /// none.</summary>
    public Edge? Counterpart(BackwardPass other, Edge edge) =>
        other.Backward.Forward[edge.Node] is var place && place < Backward.Forward.Nodes.Length
        && Backward.Forward.Nodes[place] is var node && node.Operands.Count > edge.Operand
            ? new(node, edge.Operand)
            : null;

    /// <summary>The place whose adjoint a node of the backward graph is.</summary>
    public Place? PlaceOfAdjoint(Node adjoint) =>
        Network.Nodes.FirstOrDefault(n => Backward.AdjointOf(n) == adjoint) is not { } node ? null
        : node.Operands.Count == 0 ? Place.Gradient(node.Name!) : Place.Adjoint(Backward, node);

    /// <summary>The first place that is made of a node of the backward graph.</summary>
    public Place? PlaceBehind(Node node)
    {
        var made = new HashSet<Node> { node };
        foreach (var next in Scenario.Gradients.Nodes)
        {
            if (next.Operands.Any(made.Contains))
            {
                made.Add(next);
                if (next.Operation is MessageMark mark)
                {
                    return Place.Of(Backward, mark.Edge);
                }
            }
        }

        return null;
    }

    /// <summary>Whether a node of the backward graph is made of another.</summary>
    public bool DependsOn(Node node, Node other) => MadeOf([other]).Contains(node);

    private HashSet<Node> MadeOf(IReadOnlyList<Node> nodes)
    {
        HashSet<Node> made = [.. nodes];
        foreach (var node in Scenario.Gradients.Nodes)
        {
            if (node.Operands.Any(made.Contains))
            {
                made.Add(node);
            }
        }

        return made;
    }

    /// <summary>How some gradients follow from adjoints of equal sizes, everything else as it is: what they are without
    /// them, and by how much each of their entries moves them, one adjoint behind the other.</summary>
    /// <param name="adjoints">Nodes of the backward graph.</param>
    /// <param name="tensors">Whose gradients: one behind the other.</param>
    public (double[] Without, double[][] Moves) Response(IReadOnlyList<Node> adjoints, IReadOnlyList<string> tensors)
    {
        var each = adjoints[0].Sizes.Length;
        var length = adjoints.Count * each;
        List<Node> results = [.. tensors.Select(t => Scenario.ResultOf(t))];
        var depends = MadeOf(adjoints);
        var schedule = new Schedule(results, isGiven: n => adjoints.Contains(n) || !depends.Contains(n));
        var count = length + 1; // nothing, and each entry alone
        var values = schedule.Evaluate(count, node =>
        {
            var given = new double[count * node.Sizes.Length];
            var first = adjoints.TakeWhile(a => a != node).Count() * each;
            for (var s = 0; s < count; s++)
            {
                if (!adjoints.Contains(node))
                {
                    _values[node].CopyTo(given, s * node.Sizes.Length);
                }
                else if (s - 1 - first is >= 0 and var entry && entry < each)
                {
                    given[s * each + entry] = 1;
                }
            }

            return given;
        });
        double[] At(int s) => [.. results.SelectMany(r => values[r].Skip(s * r.Sizes.Length).Take(r.Sizes.Length))];
        var without = At(0);
        return (without, [.. Enumerable.Range(1, length).Select(s => At(s).Zip(without, (a, b) => a - b).ToArray())]);
    }
}

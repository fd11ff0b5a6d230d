using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>What lies behind the places of a backward pass, and what is alike among them.</summary>
internal sealed partial class BackwardPass
{
    private const int DepthOfKinds = 3;

    private readonly Dictionary<Node, string> _kinds = [];
    private Dictionary<Node, HashSet<string>>? _behind;
    private RepeatedSteps? _steps;
    private HashSet<Node>? _inside;

    /// <summary>What a node is, whatever step or layer it belongs to: its operation on those before it, names without
    /// their numbers; and all that is the same line of a step is of one kind.</summary>
    public string KindOf(Node node)
    {
        if (_kinds.Count == 0)
        {
            FindKinds();
        }

        if (!_kinds.TryGetValue(node, out var kind))
        {
            _kinds.Add(node, kind = KindOf(node, DepthOfKinds));
        }

        return kind;
    }

    private void FindKinds()
    {
        foreach (var node in Network.Nodes)
        {
            _kinds[node] = KindOf(node, DepthOfKinds);
        }

        var lines = Network.Nodes.Where(n => n.Name is null && StepOf(n) is not null)
            .GroupBy(n => StepOf(n)!.Value.Line);
        foreach (var line in lines)
        {
            var kinds = line.Select(n => _kinds[n]).ToHashSet();
            foreach (var node in kinds.Count > 1 ? Network.Nodes.Where(n => kinds.Contains(_kinds[n])) : [])
            {
                _kinds[node] = kinds.First();
            }
        }
    }

    /// <summary>Which line of a step a node is, and of which step, where steps are stated over and over.</summary>
    public (int Line, int Step)? StepOf(Node node) => Repeated.Of(node);

    /// <summary>Its steps, or layers, or heads.</summary>
    public RepeatedSteps Repeated => _steps ??= new(Network.Nodes);

    /// <summary>Whether a node is within the body of a function that has a name, and nothing else reads it: nobody
    /// speaks of it.</summary>
    public bool IsInside(Node node) => (_inside ??= FindInside()).Contains(node);

    /// <summary>Whether a node is a value of its own: no other name or shape of another.</summary>
    public static bool IsOwn(Node node) =>
        !node.Operation.IsAlias || node.Operation is Function || node.Name is not null;

    /// <summary>Whether a node is a value of its own, and not within a function.</summary>
    public bool IsSpoken(Node node) => IsOwn(node) && !IsInside(node);

    private HashSet<Node> FindInside()
    {
        var inside = new HashSet<Node>();
        foreach (var function in Network.Nodes.Where(n => n.Operation is Function).Reverse())
        {
            HashSet<Node> body = [function];
            foreach (var node in new Schedule([function.Operands[0]], isGiven: function.Operands.Skip(1).Contains)
                .Nodes.Reverse())
            {
                var isArgument = node.Operands.Count == 0 || function.Operands.Skip(1).Contains(node);
                var readers = Backward.Consumers(node).Where(Network.Contains);
                if (!isArgument && node.Name is null && readers.All(body.Contains))
                {
                    body.Add(node);
                }
            }

            inside.UnionWith(body.Where(n => n != function));
        }

        return inside;
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

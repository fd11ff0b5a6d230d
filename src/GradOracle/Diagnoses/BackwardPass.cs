using GradOracle.Graphs;
using GradOracle.Networks;

namespace GradOracle.Diagnoses;

/// <summary>The backward graph of one case with its values, so that it can be run again with a mistake in it: only what
/// lies behind the mistake is computed anew.</summary>
internal sealed partial class BackwardPass
{
    private const int ManyNodes = 60;

    private readonly Values<double> _values;
    private readonly Node[] _usesInLoss;

    /// <param name="batch">A batch of one case.</param>
    public BackwardPass(CaseStack batch)
    {
        Case = batch;
        _values = Scenario.Gradients.Evaluate(1, batch.ValuesOf);
        Network = Scenario.ToOutput;
        _usesInLoss = [.. Scenario.Forward.Nodes.Where(node => node.Operation is Use && !Network.Contains(node))];
        Gradients = Scenario.Differentiated.ToDictionary(
            t => t.Name, t => Stack(t.Name, Scenario.ResultOf(t.Name), _values));
    }

    public CaseStack Case { get; }

    public Scenario Scenario => Case.Scenario;

    public BackwardGraph Backward => Scenario.Backward;

    /// <summary>The nodes of the network, to the output, which is the last.</summary>
    public Schedule Network { get; }

    /// <summary>Whether there are too many places for everything to be tried at each.</summary>
    public bool IsLarge => Network.Nodes.Length > ManyNodes;

    /// <summary>The gradients, without any mistake.</summary>
    public IReadOnlyDictionary<string, TensorStack> Gradients { get; }

    /// <summary>
    /// The messages within the network, in the order of its statement, and from labelled uses of its tensors in the
    /// loss: a penalty, a target that is an input.
    /// </summary>
    public IEnumerable<Edge> Edges =>
        Backward.Edges.Where(e => Network.Contains(e.Node) || _usesInLoss.Contains(e.Node));

    /// <summary>The nodes that have a name and are computed, from the last back: in the order of the backward
    /// pass.</summary>
    public IEnumerable<Node> NamedNodes =>
        Network.Nodes.Where(n => n.Name is not null && n.Operands.Count > 0).Reverse();

    /// <summary>The messages that arrive at a parameter or input: its contributions.</summary>
    public IEnumerable<Edge> ContributionsOf(string tensor) =>
        Edges.Where(e => e.Receiver.Operands.Count == 0 && e.Receiver.Name == tensor);

    /// <summary>What tells a node from all others of the network, at every shape that takes the same steps: its place
    /// in the statement.</summary>
    public int KeyOf(Node node) =>
        Network.Contains(node) ? Network[node] : Network.Nodes.Length + Array.IndexOf(_usesInLoss, node);

    /// <summary>The node with a key, in this pass; null where this shape has none.</summary>
    public Node? Find(int key) => key < Network.Nodes.Length ? Network.Nodes[key]
        : _usesInLoss.ElementAtOrDefault(key - Network.Nodes.Length);

    /// <summary>Whether the same steps are taken: only then does a place in one pass mean anything in the
    /// other.</summary>
    public bool TakesTheStepsOf(BackwardPass other)
    {
        var (mine, others) = (Network, other.Network);
        if (mine.Nodes.Length != others.Nodes.Length)
        {
            return false;
        }

        for (var i = 0; i < mine.Nodes.Length; i++)
        {
            var (a, b) = (mine.Nodes[i], others.Nodes[i]);
            if (a.Name != b.Name
                || a.Operation.GetType() != b.Operation.GetType()
                || !mine.Operands[i].AsSpan().SequenceEqual(others.Operands[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same edge of another pass; null where its shape has none.</summary>
    public Edge? Find(BackwardPass other, Edge edge) =>
        Find(other.KeyOf(edge.Node)) is { } node ? new(node, edge.Operand) : null;

    public Node AdjointOf(Node node) => Backward.AdjointOf(node)!;

    /// <summary>The value of a node of the forward or backward graph.</summary>
    public TensorStack ValueOf(Node node) => Stack("", node, _values);

    /// <summary>What an edge would carry with another adjoint, or another operand in place of one of its
    /// node's.</summary>
    /// <exception cref="InvalidOperationException">It cannot be multiplied.</exception>
    public Node Message(Edge edge, Node? adjoint = null, int operand = -1, Node? other = null)
    {
        var node = edge.Node;
        Node[] operands = [.. node.Operands];
        if (other is not null)
        {
            operands[operand] = other;
            // what is multiplied back may not fit the way forth
            node = other.Sizes.Equals(node.Operands[operand].Sizes) ? node.On(operands) : node;
        }

        return node.Operation.Adjoint(node, operands, adjoint ?? AdjointOf(edge.Node))[edge.Operand]!;
    }

    /// <summary>The gradients with a mistake; null where something cannot be multiplied or added.</summary>
    public IReadOnlyDictionary<string, TensorStack>? Predict(Edit edit)
    {
        try
        {
            var changes = edit.Change(this);
            var changed = Rewritten(changes.Nodes);
            var results = Scenario.Differentiated.ToDictionary(
                t => t.Name,
                t => changes.Gradients.TryGetValue(t.Name, out var given)
                    ? Rewritten(given, changed)
                    : (Scenario.ResultOf(t.Name) is var right ? changed.GetValueOrDefault(right, right) : null)!);
            var schedule = new Schedule(results.Values, isGiven: _values.Has);
            var values = schedule.Evaluate(1, node => _values.Has(node) ? _values[node] : null);
            return results.ToDictionary(r => r.Key, r => Stack(r.Key, r.Value, values));
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The output with a mistake on the way forth; null where something cannot be multiplied or
    /// added.</summary>
    public TensorStack? PredictOutput(Edit edit)
    {
        try
        {
            var changed = Rewritten(edit.Change(this).Nodes);
            var output = changed.GetValueOrDefault(Scenario.Output, Scenario.Output);
            return output.Sizes.Equals(Scenario.Output.Sizes)
                ? new(Scenario.OutputName, 1, output.Sizes, ValuesOf([output])[0])
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The values of nodes that are made of those of this pass.</summary>
    public IReadOnlyList<double[]> ValuesOf(IReadOnlyList<Node> nodes)
    {
        var schedule = new Schedule(nodes, isGiven: _values.Has);
        var values = schedule.Evaluate(1, node => _values.Has(node) ? _values[node] : null);
        return [.. nodes.Select(n => values[n])];
    }

    // In the order of the backward pass, so that a change sees what those before it have done.
    private Dictionary<Node, Node> Rewritten(Dictionary<Node, Node> changes)
    {
        var changed = new Dictionary<Node, Node>();
        foreach (var node in changes.Count == 0 ? [] : Scenario.Gradients.Nodes)
        {
            var isReplaced = changes.TryGetValue(node, out var replacement);

            // What stands in place of something on the way back may be made of it, as the changes before leave it;
            // what is to stay stands in its own place.
            if (node.Operands.Any(changed.ContainsKey)
                && (!isReplaced || (replacement != node && Backward.Forward.Find(node) < 0)))
            {
                changed[node] = node.On([.. node.Operands.Select(o => changed.GetValueOrDefault(o, o))]);
            }

            if (isReplaced)
            {
                changed[node] = Rewritten(replacement!, changed);
            }
        }

        return changed;
    }

    private Node Rewritten(Node replacement, Dictionary<Node, Node> changed)
    {
        var rewritten = new Dictionary<Node, Node>();
        foreach (var node in new Schedule([replacement], isGiven: _values.Has).Nodes)
        {
            var operands = _values.Has(node) ? [] : node.Operands;
            rewritten[node] = _values.Has(node) ? changed.GetValueOrDefault(node, node)
                : operands.All(o => rewritten[o] == o) ? node
                : node.On([.. operands.Select(o => rewritten[o])]);
        }

        return rewritten[replacement];
    }

    private static TensorStack Stack(string name, Node node, Values<double> values) =>
        new(name, 1, node.Sizes, values[node]);
}

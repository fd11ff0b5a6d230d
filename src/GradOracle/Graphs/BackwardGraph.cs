namespace GradOracle.Graphs;

/// <summary>A place in a backward pass: what the adjoint of a node sends to one of its operands.</summary>
internal readonly record struct Edge(Node Node, int Operand)
{
    /// <summary>The node that receives it.</summary>
    public Node Receiver => Node.Operands[Operand];
}

/// <summary>Reverse mode from graph to graph: the adjoints of all nodes on the way from some leaves to a result, as nodes.</summary>
/// <remarks>
/// Every adjoint and every message is a node of its own, so that a place in the backward pass can be spoken of, and changed: a mistake is a changed message. The backward
/// graph is a graph like any other, and can be differentiated again.
/// </remarks>
internal sealed class BackwardGraph
{
    private readonly Dictionary<Node, Node> _adjoints = [];
    private readonly Dictionary<Edge, Node> _messages = [];
    private readonly Dictionary<Node, List<Node>> _consumers = [];
    private readonly Dictionary<Node, Node> _zeros = [];
    private readonly HashSet<Node> _onTheWay;

    /// <summary>The backward pass of a result.</summary>
    /// <param name="result">The node that is differentiated.</param>
    /// <param name="seed">Its adjoint, of its sizes.</param>
    /// <param name="leaves">With respect to which nodes.</param>
    public BackwardGraph(Node result, Node seed, IReadOnlyList<Node> leaves)
    {
        Forward = new Schedule([result]);
        Leaves = leaves;
        _onTheWay = OnTheWay();
        _adjoints[result] = new(new AdjointMark(this, result), seed);
        foreach (var node in Forward.Nodes.Reverse())
        {
            if (node.Operands.Count > 0 && _onTheWay.Contains(node) && _adjoints.TryGetValue(node, out var adjoint))
            {
                Send(node, adjoint);
            }
        }

        foreach (var leaf in leaves.Where(leaf => !_adjoints.ContainsKey(leaf)))
        {
            _zeros[leaf] = Constant.Of(leaf.Sizes, 0);
        }
    }

    /// <summary>The nodes of the forward pass, operands first.</summary>
    public Schedule Forward { get; }

    /// <summary>The nodes with respect to which the result is differentiated.</summary>
    public IReadOnlyList<Node> Leaves { get; }

    /// <summary>The places of all messages, in the order of the forward pass.</summary>
    public IEnumerable<Edge> Edges =>
        from node in Forward.Nodes
        from operand in Enumerable.Range(0, node.Operands.Count)
        let edge = new Edge(node, operand)
        where _messages.ContainsKey(edge)
        select edge;

    /// <summary>The nodes that use a node's value.</summary>
    public IReadOnlyList<Node> Consumers(Node node) => _consumers.GetValueOrDefault(node) ?? [];

    /// <summary>The adjoint of a node of the forward pass; null where nothing flows back to it.</summary>
    public Node? AdjointOf(Node node) => _adjoints.GetValueOrDefault(node);

    /// <summary>What a node sends to one of its operands; null where nothing flows.</summary>
    public Node? MessageOf(Edge edge) => _messages.GetValueOrDefault(edge);

    /// <summary>The gradient with respect to a leaf: zeros where the result does not depend on it.</summary>
    public Node GradientOf(Node leaf) => AdjointOf(leaf) ?? _zeros[leaf];

    private void Send(Node node, Node adjoint)
    {
        var messages = node.Operation.Adjoint(node, node.Operands, adjoint);
        if (messages.Count != node.Operands.Count)
        {
            throw new InvalidOperationException($"{node} sends {messages.Count} adjoints to its {node.Operands.Count} operands.");
        }

        for (var p = 0; p < messages.Count; p++)
        {
            var (edge, operand) = (new Edge(node, p), node.Operands[p]);
            if (messages[p] is not { } message || !_onTheWay.Contains(operand))
            {
                continue;
            }

            if (!message.Sizes.Equals(operand.Sizes))
            {
                throw new InvalidOperationException($"{node} sends {message.Sizes} to its operand of {operand.Sizes}.");
            }

            message = new(new MessageMark(edge), message);
            _messages.Add(edge, message);
            _adjoints[operand] = Received(operand, message);
        }
    }

    // What arrives from several sides is added up in the order of the backward pass; the sum alone is the adjoint.
    private Node Received(Node operand, Node message)
    {
        var sum = _adjoints.TryGetValue(operand, out var earlier) ? earlier.Operands[0] + message : message;
        return new(new AdjointMark(this, operand), sum);
    }

    // The leaves, and all that is computed from them: nothing else needs an adjoint.
    private HashSet<Node> OnTheWay()
    {
        HashSet<Node> reached = [.. Leaves];
        foreach (var node in Forward.Nodes)
        {
            if (node.Operands.Any(reached.Contains))
            {
                reached.Add(node);
            }

            foreach (var operand in node.Operands)
            {
                if (!_consumers.TryGetValue(operand, out var consumers))
                {
                    _consumers.Add(operand, consumers = []);
                }

                consumers.Add(node);
            }
        }

        return reached;
    }
}

/// <summary>The adjoint of a node of the forward pass: everything that arrives there.</summary>
internal sealed class AdjointMark(BackwardGraph backward, Node forward) : Alias
{
    /// <summary>Whether formulas speak of it by its name; through a mere use of a tensor they see what arrives there.</summary>
    public bool HasName => forward.Name is not null || !forward.Operation.IsAlias;

    public override string Text(Node node, IReadOnlyList<string> x) => HasName ? PlaceNames.AdjointOf(backward, forward) : x[0];
}

/// <summary>What a node of the forward pass sends to one of its operands.</summary>
internal sealed class MessageMark(Edge edge) : Alias
{
    public Edge Edge => edge;
}

namespace GradOracle.Graphs;

/// <summary>A place in a backward pass: what the adjoint of a node sends to one of its operands.</summary>
internal readonly record struct Edge(Node Node, int Operand)
{
    /// <summary>The node that receives it.</summary>
    public Node Receiver => Node.Operands[Operand];
}

/// <summary>Reverse mode from graph to graph: the adjoints of all nodes on the way from some leaves to a result, as
/// nodes.</summary>
/// <remarks>
/// Every adjoint and every message is a node of its own, so that a place in the backward pass can be spoken of, and
/// changed: a mistake is a changed message. The backward graph is a graph like any other, and can be differentiated
/// again.
/// </remarks>
internal sealed class BackwardGraph
{
    private readonly Node?[] _adjoints;       // by places in the forward pass
    private readonly Node?[]?[] _messages;
    // the leaves, and all that is computed from them: nothing else needs an adjoint
    private readonly bool[] _isOnTheWay;
    private readonly Dictionary<Node, Node> _zeros = [];
    private List<Node>[]? _consumers;

    /// <summary>The backward pass of a result.</summary>
    /// <param name="result">The node that is differentiated.</param>
    /// <param name="seed">Its adjoint, of its sizes.</param>
    /// <param name="leaves">With respect to which nodes.</param>
    public BackwardGraph(Node result, Node seed, IReadOnlyList<Node> leaves)
    {
        Forward = new Schedule([result]);
        Leaves = leaves;
        _adjoints = new Node?[Forward.Nodes.Length];
        _messages = new Node?[]?[Forward.Nodes.Length];
        _isOnTheWay = OnTheWay();
        _adjoints[^1] = new(new AdjointMark(this, result), seed);
        for (var i = _adjoints.Length - 1; i >= 0; i--)
        {
            if (Forward.Operands[i].Length > 0 && _isOnTheWay[i] && _adjoints[i] is { } adjoint)
            {
                Send(i, adjoint);
            }
        }

        foreach (var leaf in leaves)
        {
            if (AdjointOf(leaf) is null)
            {
                _zeros[leaf] = Constant.Of(leaf.Sizes, 0);
            }
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
        where MessageOf(edge) is not null
        select edge;

    /// <summary>The nodes that use a node's value, once for each time they do.</summary>
    public IReadOnlyList<Node> Consumers(Node node) =>
        Forward.Find(node) is >= 0 and var place ? (_consumers ??= AllConsumers())[place] : [];

    /// <summary>The adjoint of a node of the forward pass; null where nothing flows back to it.</summary>
    public Node? AdjointOf(Node node) => Forward.Find(node) is >= 0 and var place ? _adjoints[place] : null;

    /// <summary>What a node sends to one of its operands; null where nothing flows.</summary>
    public Node? MessageOf(Edge edge) =>
        Forward.Find(edge.Node) is >= 0 and var place && _messages[place] is { } sent && edge.Operand < sent.Length
            ? sent[edge.Operand]
            : null;

    /// <summary>The gradient with respect to a leaf: zeros where the result does not depend on it.</summary>
    public Node GradientOf(Node leaf) => AdjointOf(leaf) ?? _zeros[leaf];

    private void Send(int place, Node adjoint)
    {
        var node = Forward.Nodes[place];
        var messages = node.Operation.Adjoint(node, node.Operands, adjoint);
        if (messages.Count != node.Operands.Count)
        {
            throw new InvalidOperationException(
                $"{node} sends {messages.Count} adjoints to its {node.Operands.Count} operands.");
        }

        var sent = _messages[place] = new Node?[messages.Count];
        for (var p = 0; p < messages.Count; p++)
        {
            var (operand, to) = (node.Operands[p], Forward.Operands[place][p]);
            if (messages[p] is not { } message || !_isOnTheWay[to])
            {
                continue;
            }

            if (!message.Sizes.Equals(operand.Sizes))
            {
                throw new InvalidOperationException($"{node} sends {message.Sizes} to its operand of {operand.Sizes}.");
            }

            // What arrives from several sides is added up in the order of the backward pass; the sum alone is the
            // adjoint.
            sent[p] = message = new(new MessageMark(new Edge(node, p)), message);
            _adjoints[to] = new(
                new AdjointMark(this, operand), _adjoints[to] is { } earlier ? earlier.Operands[0] + message : message);
        }
    }

    private bool[] OnTheWay()
    {
        var reached = new bool[Forward.Nodes.Length];
        foreach (var leaf in Leaves)
        {
            if (Forward.Find(leaf) is >= 0 and var place)
            {
                reached[place] = true;
            }
        }

        for (var i = 0; i < reached.Length; i++)
        {
            foreach (var operand in Forward.Operands[i])
            {
                reached[i] |= reached[operand];
            }
        }

        return reached;
    }

    private List<Node>[] AllConsumers()
    {
        var consumers = Array.ConvertAll(Forward.Nodes, _ => new List<Node>());
        for (var i = 0; i < consumers.Length; i++)
        {
            foreach (var operand in Forward.Operands[i])
            {
                consumers[operand].Add(Forward.Nodes[i]);
            }
        }

        return consumers;
    }
}

/// <summary>The adjoint of a node of the forward pass: everything that arrives there.</summary>
internal sealed class AdjointMark(BackwardGraph backward, Node forward) : Alias
{
    /// <summary>Whether formulas speak of it by its name; through a mere use of a tensor they see what arrives
    /// there.</summary>
    public bool HasName => forward.Name is not null || !forward.Operation.IsAlias;

    /// <summary>Whether it is the adjoint of what a person gave a name, or of a sum that has one.</summary>
    public bool IsOfNamed => PlaceNames.Bearer(backward, forward).Name is not null;

    public override string Text(Node node, IReadOnlyList<string> x) =>
        HasName ? PlaceNames.AdjointOf(backward, forward) : x[0];
}

/// <summary>What a node of the forward pass sends to one of its operands.</summary>
internal sealed class MessageMark(Edge edge) : Alias
{
    public Edge Edge => edge;
}

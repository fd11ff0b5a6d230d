namespace GradOracle.Graphs;

/// <summary>The nodes that some results need, operands first: what an interpretation runs through.</summary>
internal sealed partial class Schedule
{
    private const int PlaceBits = 24;

    private readonly NodePlaces _reached = new();
    private readonly int[] _places; // by the order in which they were reached
    private readonly Node[] _steps; // what gives the values: the nodes, or what they are fused with
    private readonly Lazy<TermCount[]> _countsOfTerms;

    /// <summary>The schedule of some results.</summary>
    /// <param name="results">The nodes asked for.</param>
    /// <param name="isGiven">Nodes whose values are there already, beside the leaves.</param>
    /// <param name="operandsOf">What a node needs; its operands unless said otherwise.</param>
    /// <param name="isFused">Whether values and rows are all that is asked for, so that products may take transposes as
    /// they lie.</param>
    public Schedule(
        IEnumerable<Node> results, Func<Node, bool>? isGiven =
            null, Func<Node, IReadOnlyList<Node>>? operandsOf = null, bool isFused = false)
    {
        _countsOfTerms = new(() => Counts(startsTerms: true));
        // and to be followed: a recurrence is too deep for the call stack
        var (reached, steps) = (new List<Node>(128), new List<Node>(128));
        foreach (var result in results)
        {
            Reach(result);
        }

        var operands = new List<int[]>(128);
        for (var i = 0; i < reached.Count; i++)
        {
            operands.Add(Needed(steps[i]) is { Length: > 0 } needed ? Array.ConvertAll(needed, Reach) : []);
        }

        var order = Ordered(reached);
        (Nodes, Operands, _places) = (new Node[order.Length], new int[order.Length][], new int[order.Length]);
        _steps = isFused ? new Node[order.Length] : Nodes;
        for (var i = 0; i < order.Length; i++)
        {
            _places[order[i]] = i;
        }

        for (var i = 0; i < order.Length; i++)
        {
            (Nodes[i], _steps[i], Operands[i]) = (reached[order[i]], steps[order[i]], operands[order[i]]);
            foreach (ref var operand in Operands[i].AsSpan())
            {
                operand = _places[operand];
            }
        }

        Node[] Needed(Node node) =>
            isGiven?.Invoke(node) == true ? [] : operandsOf is null ? (Node[])node.Operands : [.. operandsOf(node)];

        int Reach(Node node)
        {
            var place = _reached.Of(node);
            if (place == reached.Count)
            {
                reached.Add(node);
                steps.Add(isFused ? node.Operation.Fused(node) : node);
            }

            return place;
        }
    }

    // Where the nodes are among those reached, by their numbers.
    private static int[] Ordered(List<Node> reached)
    {
        var (order, numbers) = (new int[reached.Count], new long[reached.Count]);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (reached[i].Number << PlaceBits) | (uint)i; // both in one: sorting pairs is not compiled ahead
        }

        Array.Sort(numbers);
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = (int)(numbers[i] & ((1 << PlaceBits) - 1));
        }

        return order;
    }

    /// <summary>The schedule of some results on TorchSharp.</summary>
    public static Schedule OnTorch(params IEnumerable<Node> results) =>
        new(results, operandsOf: node => node.Operation.OperandsOnTorch(node));

    /// <summary>The nodes in order.</summary>
    public Node[] Nodes { get; }

    /// <summary>The places of the operands of each.</summary>
    public int[][] Operands { get; }

    /// <summary>The place of a node.</summary>
    /// <exception cref="KeyNotFoundException">It is not among them.</exception>
    public int this[Node node] =>
        Find(node) is >= 0 and var place ? place : throw new KeyNotFoundException($"{node} is not needed here.");

    public bool Contains(Node node) => _reached[node] >= 0;

    /// <summary>The place of a node; −1 where it is not needed.</summary>
    public int Find(Node node) => _reached[node] is >= 0 and var at ? _places[at] : -1;

    /// <summary>Entries of all values of one case: what a batch takes of the memory, in numbers.</summary>
    public long EntriesOfACase
    {
        get
        {
            var entries = 0L;
            foreach (var node in Nodes)
            {
                entries += node.Operation.IsAlias ? 0 : node.Sizes.Length;
            }

            return entries;
        }
    }
}

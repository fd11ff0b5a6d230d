namespace GradOracle.Graphs;

/// <summary>A place for each of some nodes: what a dictionary does, for nodes alone, which have a number, and so in a
/// fraction of its time.</summary>
internal sealed class NodePlaces
{
    private Node?[] _nodes;
    private int[] _places;

    /// <summary>Room for some; it grows.</summary>
    public NodePlaces() => (_nodes, _places) = (new Node[256], new int[256]); // a power of two, at most half full

    /// <summary>How many have a place: from 0 on, in the order in which they came.</summary>
    public int Count { get; private set; }

    /// <summary>The place of a node; −1 where it has none.</summary>
    public int this[Node node]
    {
        get
        {
            var slot = SlotOf(node);
            return _nodes[slot] is null ? -1 : _places[slot];
        }
    }

    /// <summary>The place of a node; it gets the next one where it has none yet.</summary>
    public int Of(Node node)
    {
        var slot = SlotOf(node);
        if (_nodes[slot] is not null)
        {
            return _places[slot];
        }

        (_nodes[slot], _places[slot]) = (node, Count);
        if (2 * ++Count > _nodes.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    private int SlotOf(Node node)
    {
        var nodes = _nodes;
        // Fibonacci hashing: neighbours fall far apart
        var slot = (int)((ulong)node.Number * 0x9E3779B97F4A7C15 >> 32) & (nodes.Length - 1);
        while (nodes[slot] is { } other && other != node)
        {
            slot = (slot + 1) & (nodes.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        var (nodes, places) = (_nodes, _places);
        (_nodes, _places) = (new Node[4 * nodes.Length], new int[4 * nodes.Length]);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] is { } node)
            {
                var slot = SlotOf(node);
                (_nodes[slot], _places[slot]) = (node, places[i]);
            }
        }
    }
}

namespace GradOracle.Graphs;

/// <summary>A number for each of some nodes. Nodes of one graph have numbers near each other, so that the low bits of a number are a hash without collisions.</summary>
internal sealed class NodePlaces
{
    private Node?[] _nodes;
    private int[] _places;
    private int _count;

    /// <summary>Room for about so many nodes; it grows.</summary>
    public NodePlaces(int capacity)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, 2 * capacity));
        (_nodes, _places) = (new Node[size], new int[size]);
    }

    /// <summary>The number of a node; −1 where it has none.</summary>
    public int this[Node node]
    {
        get
        {
            var slot = SlotOf(node);
            return _nodes[slot] is null ? -1 : _places[slot];
        }

        set
        {
            var slot = SlotOf(node);
            if (_nodes[slot] is null)
            {
                _nodes[slot] = node;
                _count++;
            }

            _places[slot] = value;
            if (2 * _count > _nodes.Length)
            {
                Grow();
            }
        }
    }

    private int SlotOf(Node node)
    {
        var nodes = _nodes;
        var slot = (int)node.Number & (nodes.Length - 1);
        while (nodes[slot] is { } other && other != node)
        {
            slot = (slot + 1) & (nodes.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        var (nodes, places) = (_nodes, _places);
        (_nodes, _places, _count) = (new Node[2 * nodes.Length], new int[2 * nodes.Length], 0);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] is { } node)
            {
                this[node] = places[i];
            }
        }
    }
}

namespace GradOracle.Graphs;

/// <summary>A network and its backward pass on absolute values, every subtraction an addition: its values bound every
/// partial sum of the network's.</summary>
/// <remarks>It is a rewriting of the graph, differentiated as any graph is: the gradient of the majorant is the
/// majorant of the gradient.</remarks>
internal sealed class MajorantGraph
{
    private readonly Node[] _results;
    private readonly Schedule _schedule;

    /// <summary>The majorant of a result and of its gradients.</summary>
    /// <param name="output">The output, which is looked at too.</param>
    /// <param name="entries">The entries whose sum is differentiated.</param>
    /// <param name="leaves">With respect to which leaves.</param>
    /// <param name="undamped">Whether factors below 1 are raised to 1.</param>
    /// <param name="schedule">The forward pass to both; made anew unless it is there already.</param>
    public MajorantGraph(
        Node output, Node entries, IReadOnlyList<Node> leaves, bool undamped, Schedule? schedule = null)
    {
        var forward = schedule?.Contains(output) == true ? schedule : new Schedule([entries, output]);
        var majorants = new Node[forward.Nodes.Length];
        for (var i = 0; i < majorants.Length; i++)
        {
            var operands = Array.ConvertAll(forward.Operands[i], place => majorants[place]);
            majorants[i] = forward.Nodes[i].Operation.Majorant(forward.Nodes[i], operands, undamped);
        }

        var root = majorants[forward[entries]];
        var backward = new BackwardGraph(root, Constant.Of(root.Sizes, 1), leaves);
        _results = [majorants[forward[output]], .. leaves.Select(backward.GradientOf)];
        _schedule = new Schedule([.. _results, root], isFused: true);
        Entries = root;
    }

    /// <summary>The entries whose sum is the loss, on absolute values.</summary>
    public Node Entries { get; }

    /// <summary>The output, then the gradients in the order of the leaves.</summary>
    public IReadOnlyList<Node> Results => _results;

    /// <summary>The majorant of a batch.</summary>
    /// <param name="count">How many cases.</param>
    /// <param name="magnitudes">The absolute values of a leaf's entries.</param>
    public Values<double> Of(int count, Func<Node, double[]?> magnitudes) => _schedule.Evaluate(count, magnitudes);

    /// <summary>The largest entry of every result where all entries of each leaf are equal.</summary>
    /// <param name="fill">The entry of a leaf.</param>
    public double[] Largest(Func<Node, double> fill)
    {
        if (_schedule.Rows(fill) is { } rows)
        {
            return Array.ConvertAll(_results, result => Largest(rows[_schedule[result]]));
        }

        var values = Of(1, node => node.Operation is Leaf ? Filled(node, fill) : null);
        return Array.ConvertAll(_results, result => Largest(values[result]));
    }

    private static double[] Filled(Node leaf, Func<Node, double> fill)
    {
        var values = new double[leaf.Sizes.Length];
        values.AsSpan().Fill(fill(leaf));
        return values;
    }

    private static double Largest(double[] values)
    {
        var largest = 0.0;
        foreach (var value in values)
        {
            largest = value > largest || double.IsNaN(value) ? value : largest;
        }

        return largest;
    }
}

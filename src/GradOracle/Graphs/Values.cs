namespace GradOracle.Graphs;

/// <summary>The values of the nodes of a schedule over a batch: case after case, row after row.</summary>
internal sealed class Values<T>(Schedule schedule, T[][] values, int count)
{
    /// <summary>How many cases there are.</summary>
    public int Count => count;

    /// <summary>The values of a node, of all cases.</summary>
    public T[] this[Node node] => values[schedule[node]];

    public T[][] All => values;

    public T[] At(int place) => values[place];

    public bool Has(Node node) => schedule.Contains(node);
}

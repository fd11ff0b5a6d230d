namespace GradOracle.Diagnoses;

/// <summary>One mistake that a backward pass may contain: how to say it, and how it changes the backward graph of any
/// shape.</summary>
/// <param name="Order">Which of several that predict the same is said: the smallest.</param>
/// <param name="Findings">The mistake: one place, or several at once.</param>
/// <param name="Rounds">Whether the mistake rounds: a factor 1/3 takes integers off the lattice.</param>
/// <param name="Change">What stands in place of nodes of the backward graph, and of whole gradients.</param>
/// <exception cref="InvalidOperationException">Something cannot be multiplied or added at this shape.</exception>
internal sealed record Edit(int Order, IReadOnlyList<Finding> Findings, bool Rounds, Func<BackwardPass, Changes> Change)
{
    public Edit(int order, Finding finding, bool rounds, Func<BackwardPass, Changes> change)
        : this(order, [finding], rounds, change)
    {
    }

    /// <summary>The order of the first formula: what is known is said before it.</summary>
    public const int FirstFormula = 100;

    /// <summary>Whether it is of the catalogue; formulas that fit every case are one function, however they are
    /// written.</summary>
    public bool IsKnown => Order < FirstFormula;

    /// <summary>The mistake in words.</summary>
    public string Sentence => string.Join(", and ", Findings);
}

/// <summary>Nodes that stand in place of others.</summary>
internal sealed class Changes
{
    /// <summary>Nodes of the backward graph, each with what stands in its place.</summary>
    public Dictionary<Node, Node> Nodes { get; } = [];

    /// <summary>Gradients of tensors, each with what is given in its place.</summary>
    public Dictionary<string, Node> Gradients { get; } = [];

    public static Changes Of(Node? node, Node replacement)
    {
        var changes = new Changes();
        if (node is not null)
        {
            changes.Nodes.Add(node, replacement);
        }

        return changes;
    }

    public static Changes OfGradient(string tensor, Node replacement)
    {
        var changes = new Changes();
        changes.Gradients.Add(tensor, replacement);
        return changes;
    }
}

namespace GradOracle.Diagnoses;

/// <summary>How nodes are made of one another.</summary>
internal static class Making
{
    /// <summary>Whether a node is made of another, or is that.</summary>
    public static bool IsMadeOf(Node node, Node of)
    {
        var (seen, left) = (new HashSet<Node> { node }, new Stack<Node>([node]));
        while (left.TryPop(out var next))
        {
            foreach (var operand in next.Operands.Where(o => o.Number >= of.Number && seen.Add(o)))
            {
                left.Push(operand);
            }
        }

        return seen.Contains(of);
    }

    /// <summary>A node made of another, with something in place of that.</summary>
    public static Node With(Node node, Node from, Node to)
    {
        var made = new Dictionary<Node, Node> { [from] = to };
        foreach (var step in new Graphs.Schedule([node], isGiven: n => n == from).Nodes)
        {
            if (step != from && step.Operands.Any(made.ContainsKey))
            {
                made[step] = step.On([.. step.Operands.Select(o => made.GetValueOrDefault(o, o))]);
            }
        }

        return made.GetValueOrDefault(node, node);
    }

    /// <summary>The axes along which a broadcast repeats entries.</summary>
    public static IEnumerable<int> RepeatedAxes(Node broadcast) => Enumerable.Range(0, broadcast.Sizes.Count)
        .Where(a => broadcast.Operands[0].Sizes[a] < broadcast.Sizes[a]);
}

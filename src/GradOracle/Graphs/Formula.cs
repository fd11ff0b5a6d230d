namespace GradOracle.Graphs;

/// <summary>Nodes as text: a name where there is one, or else the formula.</summary>
internal static class Formula
{
    private const int LongestName = 40;
    private const int Parentheses = 2;

    /// <summary>The name of a node, or the expression that makes it.</summary>
    public static string Of(Node node) => node.Name ?? Body(node);

    /// <summary>The expression that makes a node, in the names of what it is made of.</summary>
    public static string Body(Node node) => Body(node, mark => mark.HasName, int.MaxValue)!;

    /// <summary>The same on a line of its own, and in the names that a person gave: the adjoint of a value without a
    /// name is spoken of by what arrives there. Null where it is longer than asked for.</summary>
    public static string? Expanded(Node node, int longest) =>
        Body(node, mark => mark.IsOfNamed, longest + Parentheses) is { } body
        && Unwrapped(body) is var text && text.Length <= longest
            ? text
            : null;

    // Null as soon as a part is longer than asked for: in a long sequence without names texts grow beyond all reading.
    private static string? Body(Node node, Func<AdjointMark, bool> isSpokenOf, int longest)
    {
        var texts = new Dictionary<Node, string>();
        var schedule = new Schedule(
            [node],
            isGiven: n => (n.Name is not null || (n.Operation is AdjointMark mark && isSpokenOf(mark))) && n != node);
        for (var i = 0; i < schedule.Nodes.Length; i++)
        {
            var step = schedule.Nodes[i];
            texts[step] = step != node && step.Name is { } name ? name
                : step.Operation is AdjointMark mark && !isSpokenOf(mark) ? texts[step.Operands[0]]
                : step.Operation.Text(step, [.. step.Operands.Select(o => texts.GetValueOrDefault(o, ""))]);
            if (texts[step].Length > longest)
            {
                return null;
            }
        }

        return texts[node];
    }

    /// <summary>The expression that makes a node, on a line of its own: without parentheses around the whole.</summary>
    public static string Line(Node node) => Unwrapped(Body(node));

    /// <summary>A text without parentheses around the whole, unless it is a sum or a difference.</summary>
    public static string WithoutNeedless(string text)
    {
        var bare = Unwrapped(text);
        var depth = 0;
        for (var i = 0; i < bare.Length; i++)
        {
            depth += bare[i] is '(' or '[' ? 1 : bare[i] is ')' or ']' ? -1 : 0;
            if (depth == 0 && bare[i] is ('+' or '−'))
            {
                return text;
            }
        }

        return bare;
    }

    private static string Unwrapped(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length - 1; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0)
            {
                return text;
            }
        }

        return text.Length > 1 && text[0] == '(' ? text[1..^1] : text;
    }

    /// <summary>A text as a factor: in parentheses where it would fall apart.</summary>
    public static string Factor(string text)
    {
        var depth = 0;
        foreach (var c in text)
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == ' ' && depth == 0)
            {
                return $"({text})";
            }
        }

        return text;
    }

    /// <summary>A node as messages speak of it: <c>H1 [4×3]</c>.</summary>
    public static string WithSizes(Node node) => $"{Shortened(Of(node))} [{node.Sizes}]";

    /// <summary>A text that fits a line.</summary>
    public static string Shortened(string text) => text.Length <= LongestName ? text : $"{text[..LongestName]}…";
}

/// <summary>The names by which the places of a backward pass are spoken of.</summary>
internal static class PlaceNames
{
    /// <summary>The adjoint of a value: <c>∂L/∂H1</c>. What only flows into a sum has the adjoint of the sum.</summary>
    public static string AdjointOf(BackwardGraph backward, Node node) =>
        $"∂L/∂{Formula.Factor(Formula.Shortened(Formula.Of(Bearer(backward, node))))}";

    /// <summary>The node whose adjoint that of a node is: itself, or the sum that it only flows into.</summary>
    public static Node Bearer(BackwardGraph backward, Node node)
    {
        while (node.Name is null && backward.Consumers(node) is [var only] && only.Operation.PassesAdjointOn)
        {
            node = only;
        }

        return node;
    }
}

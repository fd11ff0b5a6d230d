using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Where a single mistake must be, from which gradients are wrong and which are right: at the last node behind which all is wrong.</summary>
/// <param name="Node">The node whose adjoint is wrong, or how it is carried there.</param>
/// <param name="Finding">The place, in words.</param>
/// <param name="Tensors">The gradients behind it.</param>
internal sealed record WrongPlace(Node Node, Finding Finding, IReadOnlyList<string> Tensors)
{
    /// <summary>Whether it is on the way, and not a gradient itself.</summary>
    public bool IsInner => Node.Operands.Count > 0;

    public string Sentence => Finding.ToString();

    /// <summary>The fewest places, and the nearest to the leaves, that account for the wrong gradients and for nothing that is right.</summary>
    /// <param name="pass">A backward pass.</param>
    /// <param name="unexplained">The wrong gradients to be accounted for.</param>
    /// <param name="wrong">All wrong gradients; those to be accounted for unless said otherwise.</param>
    public static IReadOnlyList<WrongPlace> Of(BackwardPass pass, IReadOnlyList<string> unexplained, IReadOnlyList<string>? wrong = null)
    {
        var possible = pass.Network.Nodes.Where(n => pass.Backward.AdjointOf(n) is not null && (n.Operands.Count == 0 || !n.Operation.IsAlias || n.Name is not null))
            .Select(n => (Node: n, Behind: Behind(pass, n)))
            .Where(p => p.Behind.Count > 0 && p.Behind.IsSubsetOf(wrong ?? unexplained)).ToList();
        var places = new List<WrongPlace>();
        var remaining = unexplained.ToHashSet();
        while (remaining.Count > 0 && possible.Count > 0)
        {
            // Operands come before what is made of them: of several that account for the same, the first is the nearest to the leaves.
            var (node, behind) = possible.MaxBy(p => p.Behind.Count(remaining.Contains));
            var found = behind.Where(remaining.Contains).ToList();
            if (found.Count == 0)
            {
                break;
            }

            places.Add(new(node, Told(pass, node, behind.Count == pass.Gradients.Count), found));
            remaining.ExceptWith(found);
        }

        return places;
    }

    /// <summary>The tensors whose gradients are made of the adjoint of a node.</summary>
    public static HashSet<string> Behind(BackwardPass pass, Node node)
    {
        var (found, seen, left) = (new HashSet<string>(), new HashSet<Node> { node }, new Stack<Node>([node]));
        while (left.TryPop(out var next))
        {
            if (next.Operands.Count == 0)
            {
                found.Add(next.Name!);
            }

            for (var i = 0; i < next.Operands.Count; i++)
            {
                if (pass.Backward.MessageOf(new(next, i)) is not null && seen.Add(next.Operands[i]))
                {
                    left.Push(next.Operands[i]);
                }
            }
        }

        found.IntersectWith(pass.Gradients.Keys);
        return found;
    }

    private static Finding Told(BackwardPass pass, Node node, bool isEverything)
    {
        if (node.Operands.Count == 0)
        {
            return new("{P} is wrong", Place.Gradient(node.Name!));
        }

        var place = Place.Adjoint(pass.Backward, node);
        return node == pass.Scenario.Output
            ? new("{P} is wrong, or all that is made of it", place)
            : new($"{{P}} is wrong, or how it is carried to {{0}}: everything behind it is wrong{(isEverything ? "" : ", everything else is right")}", place, Formula.Shortened(Formula.Of(node)));
    }
}

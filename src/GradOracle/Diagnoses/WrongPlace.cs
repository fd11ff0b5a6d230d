using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Where a single mistake must be, from which gradients are wrong and which are right: at the last node behind
/// which all is wrong.</summary>
/// <param name="Node">The node whose adjoint is wrong, or how it is carried there.</param>
/// <param name="Finding">The place, in words.</param>
/// <param name="Tensors">The gradients behind it.</param>
internal sealed record WrongPlace(Node Node, Finding Finding, IReadOnlyList<string> Tensors)
{
    /// <summary>Whether it is on the way, and not a gradient itself.</summary>
    public bool IsInner => Node.Operands.Count > 0;

    public string Sentence => Finding.ToString();

    /// <summary>The fewest places, and the nearest to the leaves, that account for the wrong gradients and for nothing
    /// that is right.</summary>
    /// <param name="pass">A backward pass.</param>
    /// <param name="unexplained">The wrong gradients to be accounted for.</param>
    /// <param name="wrong">All wrong gradients; those to be accounted for unless said otherwise.</param>
    public static IReadOnlyList<WrongPlace> Of(
        BackwardPass pass, IReadOnlyList<string> unexplained, IReadOnlyList<string>? wrong = null)
    {
        var possible = pass.Network.Nodes.Where(
            n => pass.Backward.AdjointOf(n) is not null && (
                n.Operands.Count == 0
                    || (pass.IsSpoken(n) && PlaceNames.Bearer(pass.Backward, n) == n)))
            .Select(n => (Node: n, Behind: Behind(pass, n)))
            .Where(p => p.Behind.Count > 0 && p.Behind.IsSubsetOf(wrong ?? unexplained)).ToList();
        var places = new List<WrongPlace>();
        var remaining = unexplained.ToHashSet();
        while (remaining.Count > 0 && possible.Count > 0)
        {
            var most = possible.Max(p => p.Behind.Count(remaining.Contains));
            if (most == 0)
            {
                break;
            }

            // Operands come before what is made of them: of those that everything passes, the first is the nearest to
            // the leaves.
            var equal = possible.Where(
                p => p.Behind.Count(remaining.Contains) == most && p.Behind.SetEquals(
                    possible.First(q => q.Behind.Count(remaining.Contains) == most).Behind)).ToList();
            var reached = equal.ToDictionary(p => p.Node, p => Reached(pass, p.Node));
            var passed = equal.FindIndex(
                p => equal.TrueForAll(q => reached[p.Node].Contains(q.Node) || reached[q.Node].Contains(p.Node)));
            var (node, behind) = equal[passed < 0 ? equal.Count - 1 : passed];
            var goesOn = equal.Exists(q => q.Node != node && reached[node].Contains(q.Node));
            var found = behind.Where(remaining.Contains).ToList();
            places.Add(new(node, Told(pass, node, goesOn, behind.Count == pass.Gradients.Count), found));
            remaining.ExceptWith(found);
        }

        return places;
    }

    /// <summary>The tensors whose gradients are made of the adjoint of a node.</summary>
    public static HashSet<string> Behind(BackwardPass pass, Node node) =>
        [.. Reached(pass, node).Where(n => n.Operands.Count == 0).Select(n => n.Name!).Where(pass.Gradients.ContainsKey)];

    /// <summary>The nodes whose adjoints are made of that of a node, itself among them.</summary>
    public static HashSet<Node> Reached(BackwardPass pass, Node node)
    {
        var (seen, left) = (new HashSet<Node> { node }, new Stack<Node>([node]));
        while (left.TryPop(out var next))
        {
            for (var i = 0; i < next.Operands.Count; i++)
            {
                if (pass.Backward.MessageOf(new(next, i)) is not null && seen.Add(next.Operands[i]))
                {
                    left.Push(next.Operands[i]);
                }
            }
        }

        return seen;
    }

    private static Finding Told(BackwardPass pass, Node node, bool goesOn, bool isEverything)
    {
        if (node.Operands.Count == 0)
        {
            return new("{P} is wrong", Place.Gradient(node.Name!));
        }

        var place = Place.Adjoint(pass.Backward, node);
        return node == pass.Scenario.Output
            ? new("{P} is wrong, or all that is made of it", place)
            : new($"{{P}} is wrong, or how it is carried to {{0}}{(goesOn ? " or on from there" : "")}: everything behind it is wrong{(isEverything ? "" : ", everything else is right")}", place, Formula.Shortened(Formula.Of(node)));
    }
}

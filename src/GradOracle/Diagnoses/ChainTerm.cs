using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>One term of a gradient as the chain rule writes it: what one use of the tensor contributes.</summary>
/// <param name="Place">The place by which diagnoses speak of it.</param>
/// <param name="Use">Which use of the tensor it belongs to; empty where there is only one.</param>
/// <param name="Text">The term.</param>
/// <param name="Adjoint">The adjoint it is made of.</param>
/// <param name="Through">The values whose adjoints that one is made of, itself among them.</param>
/// <param name="Contribution">Its values, of the sizes of the tensor.</param>
internal sealed record ChainTerm(
    Place Place, string Use, string Text, Place Adjoint, IReadOnlySet<string> Through, TensorStack Contribution)
{
    private const int LongestTerm = 60;

    /// <summary>The terms of a gradient, in the order of the network's statement; none where the output does not depend
    /// on the tensor.</summary>
    public static IReadOnlyList<ChainTerm> Of(BackwardPass pass, string tensor)
    {
        var edges = pass.ContributionsOf(tensor).ToList();
        return [.. edges.Select(edge => Of(pass, edge, edges.Count))];
    }

    private static ChainTerm Of(BackwardPass pass, Edge edge, int uses)
    {
        var message = pass.Backward.MessageOf(edge)!;
        var place = Place.Of(pass.Backward, edge);
        var use = edge.Node.Operation is Use labelled
            ? labelled.Label
            : uses > 1
            ? $"in {Formula.Shortened(Formula.Of(edge.Node))}"
            : "";
        return new(
            place,
            use,
            Written(pass, edge.Node, message),
            Place.Adjoint(pass.Backward, Sender(pass, edge.Node)),
            ValuesBehind(pass, edge.Node),
            pass.ValueOf(message));
    }

    // The adjoint of what only repeats, reshapes or sums the tensor is no value that anybody knows: what arrives there is.
    private static string Written(BackwardPass pass, Node node, Node message)
    {
        while (node is { Name: null, Operation.IsAlias: true } && pass.Backward.Consumers(node) is [var only])
        {
            node = only;
        }

        var isKnown = node.Name is not null || node.Operands.Count > 1;
        return (isKnown ? null : Formula.Expanded(message, LongestTerm)) ?? Formula.Body(message);
    }

    private static HashSet<string> ValuesBehind(BackwardPass pass, Node node)
    {
        var (seen, left) = (new HashSet<Node> { node }, new Stack<Node>([node]));
        while (left.TryPop(out var next))
        {
            foreach (var consumer in pass.Backward.Consumers(next).Where(c => pass.Network.Contains(c) && seen.Add(c)))
            {
                left.Push(consumer);
            }
        }

        return [.. seen.Select(n => Place.Adjoint(pass.Backward, n).Name)];
    }

    // Through the use and what repeats a bias, to the value that sends.
    private static Node Sender(BackwardPass pass, Node node)
    {
        while (node.Operands.Count == 1 && node.Name is null && pass.Backward.Consumers(node) is [var only])
        {
            node = only;
        }

        return node;
    }
}

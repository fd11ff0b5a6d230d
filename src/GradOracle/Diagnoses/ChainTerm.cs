using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>One term of a gradient as the chain rule writes it: what one use of the tensor contributes.</summary>
/// <param name="Place">The place by which diagnoses speak of it.</param>
/// <param name="Use">Which use of the tensor it belongs to; empty where there is only one.</param>
/// <param name="Text">The term.</param>
/// <param name="Adjoint">The adjoint it is made of.</param>
/// <param name="Contribution">Its values, of the sizes of the tensor.</param>
internal sealed record ChainTerm(Place Place, string Use, string Text, Place Adjoint, TensorStack Contribution)
{
    /// <summary>The terms of a gradient, in the order of the network's statement; none where the output does not depend on the tensor.</summary>
    public static IReadOnlyList<ChainTerm> Of(BackwardPass pass, string tensor)
    {
        var edges = pass.ContributionsOf(tensor).ToList();
        return [.. edges.Select(edge => Of(pass, edge, edges.Count))];
    }

    private static ChainTerm Of(BackwardPass pass, Edge edge, int uses)
    {
        var message = pass.Backward.MessageOf(edge)!;
        var place = Place.Of(pass.Backward, edge);
        var use = edge.Node.Operation is Use labelled ? labelled.Label : uses > 1 ? $"in {Formula.Shortened(Formula.Of(edge.Node))}" : "";
        return new(place, use, Formula.Body(message), Place.Adjoint(pass.Backward, Sender(pass, edge.Node)), pass.ValueOf(message));
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

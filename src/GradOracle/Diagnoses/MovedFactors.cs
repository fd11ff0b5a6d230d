using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A factor that is multiplied in, but at another place on the way back: the gain of a normalisation behind it
/// where it belongs before, or before where it belongs behind.</summary>
internal static class MovedFactors
{
    private const int Order = 34;
    private const int MostPlaces = 12;

    /// <summary>All of them.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass) =>
        from edge in pass.Backward.Edges
        where edge.Node.Operation is Hadamard && pass.Network.Contains(edge.Node) && IsGiven(Factor(edge))
        from place in Places(pass, edge)
        select In(pass, edge, place);

    private static Edit In(BackwardPass pass, Edge edge, Node place)
    {
        var key = pass.KeyOf(place);
        var (here, there) = (
            Place.Of(pass.Backward, edge),
            place.Operands.Count == 0 ? Place.Gradient(place.Name!) : Place.Adjoint(pass.Backward, place));
        var finding = new Finding(
            "the factor {0} is multiplied in at {1}, where it belongs in {P}",
            here,
            Formula.Shortened(Formula.Of(Factor(edge))),
            there.ToString())
        {
            Also = [there],
        };
        return new(Order, finding, true, p =>
        {
            if (p.Counterpart(pass, edge) is not { } at
                || p.Backward.MessageOf(at) is not { } message
                || p.Find(key) is not { } other
                || p.Backward.AdjointOf(other) is not { } D)
            {
                return new Changes();
            }

            var changes = Changes.Of(message, p.AdjointOf(at.Node));
            changes.Nodes[D] = D.Hadamard(Factor(at));
            return changes;
        });
    }

    // What the adjoint goes through before or after, of the same sizes.
    private static IEnumerable<Node> Places(BackwardPass pass, Edge edge)
    {
        var behind = WrongPlace.Reached(pass, edge.Receiver);
        return pass.Network.Nodes.Where(
            n => n != edge.Receiver
                && n != edge.Node
                && n.Sizes.Equals(edge.Node.Sizes)
                && (n.Operands.Count == 0 || (pass.IsSpoken(n) && PlaceNames.Bearer(pass.Backward, n) == n))
                && pass.Backward.AdjointOf(n) is not null
                && (behind.Contains(n) || WrongPlace.Reached(pass, n).Contains(edge.Node))).Take(MostPlaces);
    }

    private static Node Factor(Edge edge) => edge.Node.Operands[1 - edge.Operand];

    private static bool IsGiven(Node node) =>
        node.Operands.Count == 0
            ? node.Name is not null
            : node.Operation is Broadcast or Reshape or Use && IsGiven(node.Operands[0]);
}

using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Another value of the same sizes read in a product, at one place or at every step: H2 for H1 and H3 for H2,
/// the cell's new state for its old one; whatever anything is called.</summary>
internal static class OperandEdits
{
    private const int Order = SlipEdits.Order - 1;
    private const int MostRead = 8;

    /// <summary>Those that reach nothing but wrong gradients.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, IReadOnlyList<string> wrong)
    {
        bool IsReached(Edge edge) =>
            pass.TensorsBehind(pass.Backward.MessageOf(edge)!) is { Count: > 0 } behind && behind.All(wrong.Contains);
        return pass.Backward.Edges
            .Where(e => e.Node.Operands.Count == 2
                && (e.Node.Operation.IsProduct || e.Node.Operation is Hadamard)
                && pass.Network.Contains(e.Node)
                && !pass.IsInside(e.Node)
                && IsReached(e))
            .GroupBy(e => (pass.KindOf(e.Node), e.Operand))
            .SelectMany(alike => Of(pass, [.. alike]));
    }

    private static IEnumerable<Edit> Of(BackwardPass pass, List<Edge> alike)
    {
        var home = alike[^1];
        var belongs = Read(home);
        var values = new Surroundings(pass, home.Node).Values.Where(
            r => SiteOf(pass, home, home).Value(r) is { } value
                && value != belongs
                && value.Sizes.Equals(belongs.Sizes)
                && Formula.Of(value) != Formula.Of(belongs)).Take(MostRead);
        foreach (var value in values)
        {
            yield return In(pass, [home], home, value, "", Order + 1);
            if (alike.Count > 1)
            {
                foreach (var several in (List<Edge>[])[alike, [.. alike.SkipLast(1)], [.. alike.Skip(1)]])
                {
                    yield return In(
                        pass, several, home, value, Steps.Words(pass, [.. several.Select(e => e.Node)]), Order);
                }
            }
        }
    }

    private static Edit In(
        BackwardPass pass, List<Edge> edges, Edge home, Reference value, string where, int order)
    {
        var place = Place.Of(pass.Backward, home);
        place = place.Kind == PlaceKind.Contribution && edges.Count > 1 ? Place.Gradient(place.Name) : place;
        string Told(Node node) => Formula.Shortened(Formula.Of(node));
        var stands = SiteOf(pass, home, home).Value(value)!;
        var words = $"{{0}} stands in place of {{1}} in {{P}}{where}";
        var finding = new Finding(words, place, Told(stands), Told(Read(home)))
        {
            Also = [.. edges.Select(e => Place.Of(pass.Backward, e))],
        };
        return new(order, finding, true, p =>
        {
            var changes = new Changes();
            foreach (var edge in edges)
            {
                // At the ends of a sequence there is no such value.
                if (p.Counterpart(pass, edge) is { } here
                    && SiteOf(p, here, p.Counterpart(pass, home)!.Value).Value(value) is { } other
                    && other.Sizes.Equals(Read(here).Sizes))
                {
                    changes.Nodes[p.Backward.MessageOf(here)!] =
                        p.Message(here, operand: 1 - here.Operand, other: other);
                }
            }

            return changes;
        });
    }

    private static Node Read(Edge edge) => edge.Node.Operands[1 - edge.Operand];

    private static Site SiteOf(BackwardPass pass, Edge edge, Edge home) =>
        new(pass, edge.Node, edge.Node == home.Node, edge.Node, []);
}

using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes where a value was repeated on the way, as a bias is: what comes back is to be summed.</summary>
internal static class SumEdits
{
    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        foreach (var edge in pass.Edges.Where(e => e.Node.Operation is Broadcast && e.Node.Sizes.Count == 2))
        {
            var place = Place.Of(pass.Backward, edge);
            var axis = edge.Receiver.Sizes[0] == edge.Node.Sizes[0] ? 1 : 0;
            Edit At(string words, Func<Node, Node> change) => new(25, new Finding($"{words} {{P}}", place), false, p =>
                p.Find(pass, edge) is { } here
                    ? Changes.Of(p.Backward.MessageOf(here), change(p.AdjointOf(here.Node)))
                    : new Changes());
            yield return At("only the first example counts in", D => D.Slice(axis, 0, 1));
            yield return At("only the last example counts in", D => D.Slice(axis, D.Sizes[axis] - 1, 1));
            if (place.Kind == PlaceKind.Gradient)
            {
                yield return new(25, new Finding("{P} is not summed over the examples", place), false, p =>
                    p.Find(pass, edge) is { } here
                        ? Changes.OfGradient(place.Name, p.AdjointOf(here.Node))
                        : new Changes());
            }
        }
    }
}

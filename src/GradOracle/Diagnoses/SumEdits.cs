using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes where a value was repeated on the way, as a bias is: what comes back is to be summed.</summary>
internal static class SumEdits
{
    private static readonly (string Words, Func<int, int, bool> Counts)[] s_parts =
    [
        ("only the first {0} counts in {P}", (j, _) => j == 0),
        ("only the last {0} counts in {P}", (j, size) => j == size - 1),
        ("the first {0} is left out of {P}", (j, _) => j > 0),
        ("the last {0} is left out of {P}", (j, size) => j < size - 1),
    ];

    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        foreach (var edge in pass.Edges.Where(e => e.Node.Operation is Broadcast))
        {
            var (place, sizes) = (Place.Of(pass.Backward, edge), edge.Node.Sizes);
            foreach (var axis in Enumerable.Range(0, sizes.Count).Where(a => IsRepeated(edge, a)))
            {
                var isOfMatrix = sizes.Count == 2;
                var what = isOfMatrix || axis == 0 ? "example" : FormattableString.Invariant($"entry along axis {axis}");
                foreach (var (words, counts) in s_parts)
                {
                    yield return new(25, new Finding(words, place, what), false, p =>
                    {
                        if (p.Find(pass, edge) is not { } here || !IsRepeated(here, axis))
                        {
                            return new Changes();
                        }

                        var D = p.AdjointOf(here.Node);
                        var size = D.Sizes[axis];
                        int[] kept = [.. Enumerable.Range(0, size).Select(j => counts(j, size) ? j : -1)];
                        return Changes.Of(p.Backward.MessageOf(here), p.Message(here, adjoint: D.Take(axis, kept)));
                    });
                }

                if (isOfMatrix && place.Kind == PlaceKind.Gradient)
                {
                    yield return new(25, new Finding("{P} is not summed over the examples", place), false, p =>
                        p.Find(pass, edge) is { } here
                            ? Changes.OfGradient(place.Name, p.AdjointOf(here.Node))
                            : new Changes());
                }
            }
        }
    }

    // Axes are matched from the last on.
    private static bool IsRepeated(Edge edge, int axis)
    {
        var (from, to) = (edge.Receiver.Sizes, edge.Node.Sizes);
        var at = axis - (to.Count - from.Count);
        return at < 0 || (from[at] == 1 && to[axis] > 1);
    }
}

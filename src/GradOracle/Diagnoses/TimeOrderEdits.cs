using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A recurrence whose way back is taken in the wrong order: from the step that comes later on the way
/// back.</summary>
internal static class TimeOrderEdits
{
    /// <summary>One for each series of states that is carried on by a product.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        foreach (var series in Links(pass).Select(l => l.From.Place!.Value.Series).Distinct())
        {
            var (from, to) = (
                Links(pass).First(l => l.To.Place!.Value.Series == series) is var link
                    ? link.From.Place!.Value.Index
                    : 0,
                link.To.Place!.Value.Index);
            var (right, made) = from > to ? ("t − 1", "t + 1") : ("t + 1", "t − 1");
            var finding = new Finding(
                "∂L/∂{0}_t takes what is carried from step {1}, where step {2} belongs: the way back is taken in the wrong order", null, series, made, right);
            yield return new(75, finding, true, p => InOtherOrder(p, series));
        }
    }

    // The first on the way forth is now the first on the way back.
    private static Changes InOtherOrder(BackwardPass pass, string series)
    {
        var (changes, carried) = (new Changes(), (Node?)null);
        foreach (var link in Links(pass).Where(l => l.To.Place!.Value.Series == series))
        {
            var (state, adjoint) = (link.To, pass.AdjointOf(link.To));
            List<Node> parts = [.. pass.Backward.Consumers(state).Distinct().SelectMany(c => Enumerable.Range(0, c.Operands.Count).Select(i => new Edge(c, i)))
                .Where(
                    e => e.Receiver == state
                        && !Links(pass).Any(l => l.Product == e.Node)).Select(pass.Backward.MessageOf).OfType<Node>()];
            parts.AddRange(carried is null ? [] : [carried]);
            var changed = parts.Count == 0 ? adjoint.Scaled(0) : parts.Aggregate((a, b) => a + b);
            changes.Nodes[adjoint] = changed;
            carried = pass.Message(new(link.Product, 1), adjoint: Making.With(pass.AdjointOf(link.Product), adjoint, changed));
        }

        return changes;
    }

    // From state to state, in the order of the way forth.
    private static IEnumerable<(Node From, Node Product, Node To)> Links(BackwardPass pass)
    {
        foreach (var product in pass.Network.Nodes.Where(n => n.Operation.IsProduct && n.Operands[1].Place is not null))
        {
            var (from, next) = (product.Operands[1], product);
            while (next.Place is null && pass.Backward.Consumers(next) is [var only])
            {
                next = only;
            }

            if (next.Place is { } place
                && place.Series == from.Place!.Value.Series
                && next != from
                && pass.Backward.AdjointOf(next) is not null)
            {
                yield return (from, product, next);
            }
        }
    }
}

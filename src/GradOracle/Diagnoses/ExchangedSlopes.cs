using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Two values that one function was put to, each with the slope of the other: the gates of a
/// recurrence.</summary>
internal static class ExchangedSlopes
{
    /// <summary>Those of all values whose slopes reach nothing but wrong gradients.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, List<Edge> edges)
    {
        List<List<Node>> kinds = [.. edges.Select(e => e.Node).Where(n => n.Operation is Elementwise)
            .GroupBy(pass.KindOf).Select(g => g.Distinct().ToList())];
        for (var i = 0; i < kinds.Count; i++)
        {
            for (var j = i + 1; j < kinds.Count; j++)
            {
                var (one, other) = (kinds[i], kinds[j]);
                if (one.Count != other.Count
                    || one[^1].Operation.GetType() != other[^1].Operation.GetType()
                    || !one[^1].Sizes.Equals(other[^1].Sizes))
                {
                    continue;
                }

                var pairs = one.Zip(other, (a, b) => (A: pass.KeyOf(a), B: pass.KeyOf(b))).ToList();
                var finding = new Finding(
                    "the slopes of {0} and {1} are exchanged" + Steps.Words(pass, one),
                    null,
                    Formula.Shortened(Formula.Of(one[^1])),
                    Formula.Shortened(Formula.Of(other[^1])))
                {
                    Also = [.. one.Concat(other).Select(n => Place.Of(pass.Backward, new(n, 0)))],
                };
                yield return new(SlipEdits.Order, finding, true, p =>
                {
                    var changes = new Changes();
                    foreach (var (a, b) in pairs.Select(k => (p.Find(k.A), p.Find(k.B))))
                    {
                        if (a is not null && b is not null
                            && p.Backward.MessageOf(new(a, 0)) is { } toOne
                            && p.Backward.MessageOf(new(b, 0)) is { } toOther)
                        {
                            changes.Nodes[toOne] = b.Operation.Adjoint(b, b.Operands, p.AdjointOf(a))[0]!;
                            changes.Nodes[toOther] = a.Operation.Adjoint(a, a.Operands, p.AdjointOf(b))[0]!;
                        }
                    }

                    return changes;
                });
            }
        }
    }
}

using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Two values that one function was put to, each with the slope of the other, or one of them: the gates
/// of a recurrence.</summary>
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

                foreach (var (toOne, toOther) in ((bool, bool)[])[(true, true), (true, false), (false, true)])
                {
                    yield return In(pass, one, other, toOne, toOther);
                }
            }
        }
    }

    private static Edit In(BackwardPass pass, List<Node> one, List<Node> other, bool isOneWrong, bool isOtherWrong)
    {
        var pairs = one.Zip(other, (a, b) => (A: pass.KeyOf(a), B: pass.KeyOf(b))).ToList();
        var (spoken, instead) = isOneWrong ? (one, other) : (other, one);
        var words = isOneWrong && isOtherWrong
            ? "the slopes of {0} and {1} are exchanged"
            : "the slope of {1} stands in place of that of {0}";
        var finding = new Finding(
            words + Steps.Words(pass, one),
            null,
            Formula.Shortened(Formula.Of(spoken[^1])),
            Formula.Shortened(Formula.Of(instead[^1])))
        {
            Also = [.. one.Concat(other).Select(n => Place.Of(pass.Backward, new(n, 0)))],
        };
        return new(SlipEdits.Order, finding, true, p =>
        {
            var changes = new Changes();
            foreach (var (a, b) in pairs.Select(k => (p.Find(k.A), p.Find(k.B))))
            {
                if (a is not null && b is not null
                    && p.Backward.MessageOf(new(a, 0)) is { } toA
                    && p.Backward.MessageOf(new(b, 0)) is { } toB)
                {
                    if (isOneWrong)
                    {
                        changes.Nodes[toA] = b.Operation.Adjoint(b, b.Operands, p.AdjointOf(a))[0]!;
                    }

                    if (isOtherWrong)
                    {
                        changes.Nodes[toB] = a.Operation.Adjoint(a, a.Operands, p.AdjointOf(b))[0]!;
                    }
                }
            }

            return changes;
        });
    }
}

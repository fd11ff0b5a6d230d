using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A value of one head, layer or branch read on the way back where that of another belongs.</summary>
internal static class NeighbourEdits
{
    private const int Order = SlipEdits.Order + 2;
    private const int MostAlike = 4;

    /// <summary>Those of all values that stand beside others like them.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass) => pass.Network.Nodes
        .Where(n => n.Operands.Count > 0 && pass.IsSpoken(n) && n.Operation is Function or Elementwise or Hadamard)
        .GroupBy(n => (pass.KindOf(n), n.Sizes))
        .Where(g => g.Count() is > 1 and <= MostAlike)
        .SelectMany(g => Of(pass, [.. g]));

    private static IEnumerable<Edit> Of(BackwardPass pass, List<Node> alike)
    {
        for (var i = 0; i < alike.Count; i++)
        {
            for (var j = 0; j < alike.Count; j++)
            {
                if (i == j)
                {
                    continue;
                }

                var (here, there) = (alike[i], alike[j]);
                yield return Read(pass, [(here, there)], Order, "{0} is read in place of {1} on the way back");
                if (i < j)
                {
                    yield return Read(
                        pass, [(here, there), (there, here)], Order, "{0} and {1} are exchanged on the way back");
                }

                if (pass.Backward.MessageOf(new(here, here.Operands.Count - 1)) is not null)
                {
                    yield return Sent(pass, here, there);
                }
            }
        }

        if (alike.Count > 2)
        {
            yield return Read(
                pass, [.. alike.Skip(1).Select(n => (n, alike[0]))], Order + 1,
                "{0} is read on the way back in place of all others like it");
        }
    }

    private static Edit Read(BackwardPass pass, (Node Here, Node There)[] pairs, int order, string words)
    {
        var keys = pairs.Select(p => (Here: pass.KeyOf(p.Here), There: pass.KeyOf(p.There))).ToList();
        var finding = new Finding(words, null, Told(pairs[0].There), Told(pairs[0].Here));
        return new(order, finding, true, p =>
        {
            // The way forth stays as it is, and so what comes from above.
            var G = p.AdjointOf(p.Scenario.Output);
            var changes = Changes.Of(G, G);
            foreach (var (here, there) in keys)
            {
                if (p.Find(here) is { } node && p.Find(there) is { } other && node.Sizes.Equals(other.Sizes))
                {
                    // as it was, whatever stands there now
                    changes.Nodes[node] = Constant.Of(other.Sizes, p.ValueOf(other).Values);
                    foreach (var kept in p.Backward.Consumers(node).Where(p.Network.Contains))
                    {
                        changes.Nodes.TryAdd(kept, kept);
                    }
                }
            }

            return changes;
        });
    }

    private static Edit Sent(BackwardPass pass, Node here, Node there)
    {
        var (key, other) = (pass.KeyOf(here), pass.KeyOf(there));
        var edge = new Edge(here, here.Operands.Count - 1);
        var finding = new Finding(
            "{0} is read in place of {1} in {P}", Place.Of(pass.Backward, edge), Told(there), Told(here));
        return new(Order + 1, finding, true, p =>
            p.Find(key) is { } node
            && p.Find(other) is { } neighbour
            && p.Backward.MessageOf(new(node, edge.Operand)) is { } message
            && neighbour.Operation.Adjoint(neighbour, neighbour.Operands, p.AdjointOf(node))[edge.Operand] is { } sent
                ? Changes.Of(message, sent)
                : new Changes());
    }

    private static string Told(Node node) => Formula.Shortened(Formula.Of(node));
}

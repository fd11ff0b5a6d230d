using GradOracle.Graphs;
using GradOracle.Messages;

namespace GradOracle.Diagnoses;

/// <summary>Adjoints whose parts stand in another order: the gates of a packed recurrence, the heads of an
/// attention.</summary>
internal static class PartOrderEdits
{
    private const int Order = 47; // behind what is said of whole gradients
    private const int LeastRank = 3;

    /// <summary>Those of all values that are cut into parts, or put together from them.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        var cut = new List<(int Axis, int Count, List<Node> Nodes)>();
        var places = pass.Network.Nodes.Where(
            n => pass.Backward.AdjointOf(n) is not null && n.Operands.Count > 0 && !IsNamedAgain(pass, n));
        foreach (var alike in places.GroupBy(pass.KindOf))
        {
            List<Node> nodes = [.. alike];
            foreach (var (axis, count) in Parts(pass, nodes[^1]))
            {
                foreach (var order in count is null ? PartOrder.OfAny : PartOrder.Of(count.Value))
                {
                    foreach (var made in nodes.Count > 1 ? (IReadOnlyList<Node>[])[nodes, [nodes[^1]]] : [nodes])
                    {
                        yield return In(pass, made, axis, count, order);
                    }
                }

                if (count is not null)
                {
                    cut.Add((axis, count.Value, nodes));
                }
            }
        }

        // Gates that come from the input and from the state, packed alike.
        foreach (var alike in cut.GroupBy(c => (c.Axis, c.Count)).Where(g => g.Count() > 1))
        {
            foreach (var order in PartOrder.Of(alike.Key.Count))
            {
                yield return In(
                    pass, [.. alike.SelectMany(c => c.Nodes)], alike.Key.Axis, alike.Key.Count, order,
                    [.. alike.Select(c => c.Nodes[^1])]);
            }
        }
    }

    private static Edit In(
        BackwardPass pass,
        IReadOnlyList<Node> nodes,
        int axis,
        int? count,
        PartOrder order,
        IReadOnlyList<Node>? told = null)
    {
        var keys = nodes.Select(pass.KeyOf).ToList();
        var what = told is null ? "{P}"
            : TensorWords.Listed([.. told.Select(n => PlaceNames.AdjointOf(pass.Backward, n))]);
        var said = count is null
            ? FormattableString.Invariant($"{what} has its entries along axis {axis} in {order.Words}")
            : FormattableString.Invariant($"the {count} parts of {what} stand in {order.Words}");
        List<Node> first = [.. nodes.Where(n => told is null || pass.KindOf(n) == pass.KindOf(told[0]))];
        var where = Steps.Words(pass, first);
        var finding = new Finding(said + where, Place.Adjoint(pass.Backward, nodes[^1]))
        {
            Also = [.. nodes.SkipLast(1).Select(n => Place.Adjoint(pass.Backward, n))],
        };
        var isPlain = nodes[^1].Name is not null; // what has a name is spoken of first
        return new(Order + (nodes.Count > 1 ? 0 : 1) + (isPlain ? 0 : 2), finding, false, p =>
        {
            var changes = new Changes();
            foreach (var D in keys.Select(p.Find).OfType<Node>().Select(p.Backward.AdjointOf).OfType<Node>())
            {
                changes.Nodes[D] = order.Of(D, axis, count ?? D.Sizes[axis]);
            }

            return changes;
        });
    }

    // A name given to a value has the adjoint of the value.
    private static bool IsNamedAgain(BackwardPass pass, Node node) =>
        node.Operation.IsAlias || (node.Name is null && PlaceNames.Bearer(pass.Backward, node) != node);

    // The axes that have equal parts, and how many; null where they are as many as the axis has entries.
    private static HashSet<(int Axis, int? Count)> Parts(BackwardPass pass, Node node)
    {
        var found = new HashSet<(int, int?)>();
        var slices = pass.Backward.Consumers(node).Distinct().Where(c => c.Operation is Take).ToList();
        for (var axis = 0; axis < node.Sizes.Count; axis++)
        {
            var size = node.Sizes[axis];
            var part = slices.Find(s => s.Sizes[axis] < size)?.Sizes[axis] ?? PartOf(node, axis);
            if (part is > 0 and var length && length < size && size % length == 0)
            {
                found.Add((axis, size / length));
            }

            if (node.Sizes.Count >= LeastRank && axis < node.Sizes.Count - 2 && size > 1)
            {
                found.Add((axis, null));
            }
        }

        return found;
    }

    // How long the equal parts are of which it is put together along an axis; 0 where it is not.
    private static int PartOf(Node node, int axis)
    {
        var isAlong = node.Operation is Concat && node.Operands[0].Sizes[axis] < node.Sizes[axis];
        if (!isAlong)
        {
            return 0;
        }

        List<int> lengths = [.. node.Operands.Select(
            o => o.Name is null && PartOf(o, axis) is > 0 and var inner ? inner : o.Sizes[axis]).Distinct()];
        return lengths.Count == 1 ? lengths[0] : 0;
    }
}

using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes that the operations themselves invite: at one place, or at all that are alike.</summary>
internal static class SlipEdits
{
    public const int Order = 70;
    private const int LongestTerm = 60;

    // The same mistake at all places that are alike is one mistake; at the ends of a sequence some lines are not the
    // same.
    private static readonly Func<IReadOnlyList<Edge>, IEnumerable<Edge>>[] s_several =
        [all => all, all => all.SkipLast(1), all => all.Skip(1)];

    /// <summary>All of them that reach nothing but wrong gradients.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, IReadOnlyList<string> wrong)
    {
        bool IsReached(Node node) => pass.TensorsBehind(node) is { Count: > 0 } behind && behind.All(wrong.Contains);
        var edges = pass.Backward.Edges.Where(e => IsReached(pass.Backward.MessageOf(e)!)).ToList();
        return
        [
            .. edges.GroupBy(e => (pass.KindOf(e.Node), e.Operand)).SelectMany(alike => Slips(pass, [.. alike])),
            .. edges.Where(e => e.Node.Operation.IsProduct).SelectMany(e => ValuesForAdjoints(pass, e)),
            .. pass.Network.Nodes.GroupBy(pass.KindOf).SelectMany(alike => Misreadings(pass, [.. alike])),
            .. edges.Where(e => e.Node.Operation.IsProduct && e.Operand == 0).SelectMany(e => Parts(pass, e)),
            .. ExchangedSlopes.Of(pass, edges),
            .. edges.Where(e => e.Node.Operation is NamedFunction { HasSlips: true }).SelectMany(e => Chained(pass, e)),
            .. pass.NamedNodes.Where(
                n => pass.Backward.AdjointOf(n) is { } D && IsReached(D)).SelectMany(n => BlankEdits.Of(pass, n)),
        ];
    }

    /// <summary>Those within the loss: its kinks.</summary>
    public static IEnumerable<Edit> OfLoss(BackwardPass pass) => pass.Backward.Edges
        .Where(e => e.Node.Operation is Elementwise && !pass.Network.Contains(e.Node)).SelectMany(e => Slips(pass, [e]))
        .Where(e => e.Findings[0].Kind.StartsWith("the ", StringComparison.Ordinal));

    /// <summary>Those of one message.</summary>
    public static IEnumerable<Edit> At(BackwardPass pass, Edge edge) => Slips(pass, [edge]);

    private static IEnumerable<Edit> Slips(BackwardPass pass, List<Edge> alike)
    {
        for (var number = 0; number < alike.Count; number++)
        {
            var edge = alike[number];
            var isLast = number == alike.Count - 1; // what is said of all is said in the words of the last
            var slips = SlipsAt(pass, edge).ToList();
            for (var i = 0; i < slips.Count; i++)
            {
                if (slips[i].Operand != edge.Operand)
                {
                    continue;
                }

                var (at, place) = (i, Place.Of(pass.Backward, edge));
                Edit In(IReadOnlyList<Edge> edges, string words, int order)
                {
                    var finding = new Finding(slips[at].Words + words, place)
                    {
                        Also = [.. edges.Select(e => Place.Of(pass.Backward, e))],
                    };
                    return new(order, finding, true, p =>
                    {
                        var changes = new Changes();
                        foreach (var here in edges.Select(e => p.Counterpart(pass, e)).OfType<Edge>())
                        {
                            if (p.Backward.MessageOf(here) is { } message
                                && SlipsAt(p, here).ElementAtOrDefault(at) is { } slip)
                            {
                                changes.Nodes[message] = slip.Message;
                            }
                        }

                        return changes;
                    });
                }

                yield return In([edge], "", Order + 1);
                foreach (var of in isLast && alike.Count > 1 ? s_several : [])
                {
                    List<Edge> several = [.. of(alike)];
                    yield return In(several, Steps.Words(pass, [.. several.Select(StepOf)]), Order);
                }
            }
        }
    }

    /// <summary>Two mistakes one behind the other: in a softmax, and in the mask or scale ahead of it.</summary>
    private static IEnumerable<Edit> Chained(BackwardPass pass, Edge edge)
    {
        var receiver = edge.Receiver;
        foreach (var next in Enumerable.Range(0, receiver.Operands.Count).Select(i => new Edge(receiver, i)))
        {
            if (pass.Backward.MessageOf(next) is null)
            {
                continue;
            }

            foreach (var first in Slips(pass, [edge]).Where(e => e.Order == Order + 1))
            {
                foreach (var second in Slips(pass, [next]).Where(e => e.Order == Order + 1))
                {
                    yield return new(Order + 5, [.. first.Findings, .. second.Findings], true, p =>
                    {
                        var changes = first.Change(p);
                        foreach (var (node, replacement) in second.Change(p).Nodes)
                        {
                            changes.Nodes[node] = replacement;
                        }

                        return changes;
                    });
                }
            }
        }
    }

    private static Node StepOf(Edge edge) =>
        edge.Receiver is { Place: not null, Operands.Count: > 0 } receiver ? receiver : edge.Node;

    // What the operation invites; and of several messages each may be forgotten, doubled or taken off.
    private static IEnumerable<Slip> SlipsAt(BackwardPass pass, Edge edge)
    {
        var message = pass.Backward.MessageOf(edge)!;
        var term = Formula.Expanded(message, LongestTerm) ?? Formula.Shortened(Formula.Line(message));
        var place = Place.Of(pass.Backward, edge);
        var isWhole = place.Kind != PlaceKind.Adjoint || pass.Backward.Consumers(edge.Receiver).Count == 1;
        var (what, where) = isWhole ? ("{P}", "") : (Formula.WithoutNeedless(term), " in {P}");
        return
        [
            .. edge.Node.Operation.Slips(edge.Node, edge.Node.Operands, pass.AdjointOf(edge.Node)),
            new($"{what} is missing{where}", edge.Operand, message.Scaled(0)),
            new($"{what} has the wrong sign{where}", edge.Operand, message.Scaled(-1)),
            new($"{what} is doubled{where}", edge.Operand, message.Scaled(2)),
        ];
    }

    /// <summary>A value where an adjoint belongs.</summary>
    private static IEnumerable<Edit> ValuesForAdjoints(BackwardPass pass, Edge edge)
    {
        var (belongs, place) = (PlaceNames.AdjointOf(pass.Backward, edge.Node), Place.Of(pass.Backward, edge));
        return from value in pass.Network.Nodes
               where value.Name is not null && value != edge.Node && value.Sizes.Equals(edge.Node.Sizes)
               let key = pass.KeyOf(value)
               select new Edit(Order, new Finding("{0} stands in place of {1} in {P}", place, value.Name!, belongs), false, p =>
                   p.Counterpart(pass, edge) is { } here && p.Backward.MessageOf(here) is { } message
                       ? Changes.Of(message, p.Message(here, adjoint: p.Find(key))) : new Changes());
    }

    /// <summary>A value read otherwise on the way back than it was computed on the way forth: unmasked, from elsewhere,
    /// before its function.</summary>
    private static IEnumerable<Edit> Misreadings(BackwardPass pass, List<Node> alike)
    {
        foreach (var node in alike)
        {
            var count = ReadingsOf(node).Count();
            for (var i = 0; i < count; i++)
            {
                var (at, words) = (i, ReadingsOf(node).ElementAt(i).Words);
                Edit In(IReadOnlyList<Node> nodes, string where, bool isSentSo)
                {
                    Changes Change(BackwardPass p)
                    {
                        // The way forth stays as it is, and so what comes from above.
                        var G = p.AdjointOf(p.Scenario.Output);
                        var changes = Changes.Of(G, G);
                        foreach (var here in nodes.Select(n => p.Find(pass.KeyOf(n))).OfType<Node>())
                        {
                            if (ReadingsOf(here).ElementAtOrDefault(at) is not { } reading)
                            {
                                continue;
                            }

                            changes.Nodes[here] = reading.Value;
                            if (isSentSo && here.Operation.Slips(here, here.Operands, p.AdjointOf(here)).FirstOrDefault() is { } slip
                                && p.Backward.MessageOf(new(here, slip.Operand)) is { } message)
                            {
                                changes.Nodes[message] = slip.Message;
                            }
                        }

                        return changes;
                    }

                    // Where one gradient alone is made of it, that is the place.
                    Edit edit = new(Order + (isSentSo ? 3 : 2), new Finding(words, null), true, Change);
                    List<string> changed = pass.Predict(edit) is { } predicted ? [.. predicted.Where(g => !g.Value.Values.AsSpan().SequenceEqual(pass.Gradients[g.Key].Values)).Select(g => g.Key)] : [];
                    var read = changed.Count == 1 ? $"in {Place.Gradient(changed[0])}" : "on the way back";
                    return edit with { Findings = [new Finding(words.Replace("in {P}", read, StringComparison.Ordinal) + where, changed.Count == 1 ? Place.Gradient(changed[0]) : null)] };
                }

                foreach (var isSentSo in pass.Backward.AdjointOf(node) is null ? (bool[])[false] : [false, true])
                {
                    yield return In([node], "", isSentSo);
                    if (node == alike[^1] && alike.Count > 1)
                    {
                        yield return In(alike, Steps.Words(pass, alike), isSentSo);
                    }
                }
            }
        }
    }

    private static IEnumerable<Misreading> ReadingsOf(Node node)
    {
        var stale =
            node.Operands.Count is 1 or 2 && !node.Operation.IsAlias && node.Operands[0].Sizes.Equals(node.Sizes)
            ? [new Misreading($"{Formula.Shortened(Formula.Of(node.Operands[0]))} is read in place of {Formula.Shortened(Formula.Of(node))} in {{P}}", node.Operands[0])]
            : (Misreading[])[];
        return [.. node.Operation.Misreadings(node), .. stale];
    }

    /// <summary>Of several values beside each other only one counts.</summary>
    private static IEnumerable<Edit> Parts(BackwardPass pass, Edge edge)
    {
        var beside = edge.Node.Operands[1];
        var parts = beside.Operation is Concat ? beside.Operands : [];
        for (var i = 0; i < parts.Count; i++)
        {
            foreach (var isAlone in parts.Count == 2 ? (bool[])[true] : [true, false])
            {
                var number = i;
                var words = isAlone
                    ? $"only {Formula.Of(parts[i])} counts, of {Formula.Of(beside)}, in {{P}}"
                    : $"{Formula.Of(parts[i])} does not count in {{P}}";
                yield return new(Order, new Finding(words, Place.Of(pass.Backward, edge)), false, p =>
                {
                    if (p.Counterpart(pass, edge) is not { } here)
                    {
                        return new Changes();
                    }

                    var all = here.Node.Operands[1];
                    var axis = all.Sizes.Count - 1;
                    var from = all.Operands.Take(number).Sum(o => o.Sizes[axis]);
                    bool IsPart(int j) => j >= from && j < from + all.Operands[number].Sizes[axis];
                    return Changes.Of(
                        p.Backward.MessageOf(here),
                        p.Message(here, operand: 1, other: all.OfColumns(j => IsPart(j) == isAlone ? j : -1)));
                });
            }
        }
    }
}

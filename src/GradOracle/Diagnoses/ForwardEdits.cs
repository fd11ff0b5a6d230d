using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes on the way forth: an operand forgotten, another function, a factor, another value.</summary>
internal static class ForwardEdits
{
    /// <summary>All of them, at one place or at all that are alike.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        foreach (var alike in pass.Network.Nodes.Where(n => n.Operands.Count > 0 && !n.Operation.IsAlias).Reverse().GroupBy(pass.KindOf))
        {
            List<Node> nodes = [.. alike.Reverse()];
            var count = ChangesOf(pass, nodes[^1]).Count();
            for (var i = 0; i < count; i++)
            {
                var at = i;
                Edit In(IReadOnlyList<Node> of, string where) => new(90, new Finding($"the forward outputs differ: on the way forth {ChangesOf(pass, of[^1]).ElementAt(at).Words}{where}", null), true, p =>
                {
                    var changes = new Changes();
                    foreach (var here in of.Select(n => p.Find(pass.KeyOf(n))).OfType<Node>())
                    {
                        if (ChangesOf(p, here).ElementAtOrDefault(at).Value is { } value)
                        {
                            changes.Nodes[here] = value;
                        }
                    }

                    return changes;
                });
                if (nodes.Count > 1)
                {
                    yield return In(nodes, Steps.Words(pass, nodes));
                }

                foreach (var node in nodes)
                {
                    yield return In([node], "");
                }
            }
        }
    }

    private static IEnumerable<(string Words, Node Value)> ChangesOf(BackwardPass pass, Node node)
    {
        var what = Formula.Shortened(Formula.Of(node));
        string Of(Node part) => Formula.Shortened(Formula.Of(part));
        var x = node.Operands;
        if (x.Count == 2 && x[0].Sizes.Equals(node.Sizes) && x[1].Sizes.Equals(node.Sizes) && !node.Operation.IsProduct)
        {
            yield return ($"{Of(x[1])} is missing in {what}", x[0]);
            yield return ($"{Of(x[0])} is missing in {what}", x[1]);
        }

        if (node.Operation is Difference)
        {
            yield return ($"the sign of {Of(x[1])} is wrong in {what}", x[0] + x[1]);
        }
        else if (node.Operation is Sum)
        {
            yield return ($"the sign of {Of(x[1])} is wrong in {what}", x[0] - x[1]);
            yield return ($"the sign of {Of(x[0])} is wrong in {what}", x[1] - x[0]);
        }

        if (x.Count == 1 && node.Operation is Elementwise or Scale or Shift)
        {
            yield return ($"{Of(x[0])} stands in place of {what}", x[0]);
        }

        if (node.Operation is Elementwise)
        {
            foreach (var (name, function) in s_functions)
            {
                yield return ($"{name}({Of(x[0])}) stands in place of {what}", function(x[0]));
            }
        }

        foreach (var misreading in node.Operation.Misreadings(node))
        {
            yield return (misreading.Words.Replace("{P}", what, StringComparison.Ordinal), misreading.Value);
        }

        foreach (var factor in Coefficient.Known([.. pass.Case.Shape.Dimensions.Select(d => d.Name)]))
        {
            yield return ($"{what} {factor.Words}", node.Scaled(factor.At(pass.Case.Shape)));
        }

        // Another value where one belongs.
        for (var i = 0; i < x.Count && x.Count == 2; i++)
        {
            var belongs = x[i].Operation is Use ? x[i].Operands[0] : x[i];
            foreach (var other in pass.Network.Nodes.Where(n => n.Name is not null && n != belongs && n.Number < node.Number && n.Sizes.Count == x[i].Sizes.Count))
            {
                var operands = x.ToArray();
                if (!other.Sizes.Equals(x[i].Sizes))
                {
                    yield return ("", node);
                    continue;
                }

                operands[i] = other;
                yield return (
                    $"{other.Name} stands in place of {Of(belongs)} in {what}", new Node(node.Operation, operands));
            }
        }
    }

    private static readonly (string Name, Func<Node, Node> Of)[] s_functions =
    [
        ("tanh", x => x.Tanh()), ("σ", x => x.Sigmoid()), ("relu", x => x.Relu()), ("exp", x => x.Exp()), ("softplus", x => x.Softplus()), ("|·|", x => x.Abs()),
    ];
}

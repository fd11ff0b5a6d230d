using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Sums of the backward pass along another axis, as they are or as means are made.</summary>
internal static class AxisEdits
{
    private const int Order = 27;

    /// <summary>All of them.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        var nodes = pass.Scenario.Gradients.Nodes;
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].Operation is not SumOver { Along: [var along] } || pass.Backward.Forward.Find(nodes[i]) >= 0)
            {
                continue;
            }

            foreach (var other in Enumerable.Range(0, nodes[i].Sizes.Count).Where(a => a != along))
            {
                foreach (var isMean in (bool[])[false, true])
                {
                    var (at, place) = (i, pass.PlaceBehind(nodes[i]));
                    var (what, to, from) = (isMean ? "mean" : "sum", Axis(other, nodes[i]), Axis(along, nodes[i]));
                    var sentence = $"a {what} goes along {to}, not along {from}, on the wrong axis, in {{P}}";
                    var finding = new Finding(sentence, place);
                    yield return new(Order, finding, true, p =>
                    {
                        var node = p.Scenario.Gradients.Nodes[at];
                        var sizes = node.Operands[0].Sizes;
                        var sum = node.Operands[0].SumOver(other);
                        return Changes.Of(node, isMean ? sum.Scaled((double)sizes[along] / sizes[other]) : sum);
                    });
                }
            }
        }
    }

    private static string Axis(int axis, Node node) =>
        node.Sizes.Count != 2 ? FormattableString.Invariant($"axis {axis}") : axis == 0 ? "the rows" : "the columns";
}

using System.Globalization;
using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Values, adjoints and gradients whose entries are cut at a limit, or taken for 0 below one.</summary>
internal static class ThresholdEdits
{
    private const double LargestDenormal = 2.3e-308;
    private const double SmallestOfThose = 0.9e-308;

    /// <summary>What may have a limit: values, and on the way back what is carried and what comes out.</summary>
    public static IEnumerable<(string Name, Node Node)> Places(BackwardPass pass, bool isForward)
    {
        foreach (var node in pass.Network.Nodes.Where(n => n.Name is not null || !n.Operation.IsAlias))
        {
            yield return (Formula.Of(node), node);
            if (!isForward
                && pass.Backward.AdjointOf(node) is { } adjoint
                && (node.Name is not null || node == pass.Scenario.Output))
            {
                yield return (PlaceNames.AdjointOf(pass.Backward, node), adjoint);
            }
        }
    }

    /// <summary>What may be done with a limit at a place.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, Node node, double limit, bool isCut, bool isForward)
    {
        Node Limited(Node of) => isCut
            ? of.Clamp(-limit, limit)
            : of.Hadamard(Constant.Of(of.Sizes, 1) - (Constant.Of(of.Sizes, limit) - of.Abs()).Step());
        string Told(string what) => isCut ? string.Create(CultureInfo.InvariantCulture, $"{what} is cut at ±{limit:G6}")
            : limit is > SmallestOfThose and < LargestDenormal ? $"denormal entries of {what} are taken for 0"
            : string.Create(CultureInfo.InvariantCulture, $"entries of {what} below {limit:G6} are taken for 0");
        var at = pass.Scenario.Gradients.Find(node);
        Node? In(BackwardPass p) => p.Scenario.Gradients.Nodes.ElementAtOrDefault(at);
        if (isForward)
        {
            yield return new(80, new Finding($"the forward outputs differ: {Told(Formula.Shortened(Formula.Of(node)))} on the way forth", null), true,
                p => In(p) is { } here ? Changes.Of(here, Limited(here)) : new Changes());
            yield break;
        }

        if (node.Operation is AdjointMark)
        {
            var place = pass.PlaceOfAdjoint(node);
            yield return new(
                80,
                new Finding(Told("{P}"), place),
                true,
                p => In(p) is { } here ? Changes.Of(here, Limited(here)) : new Changes());
            yield break;
        }

        var name = Formula.Shortened(Formula.Of(node));
        foreach (var edge in Readings(pass, node))
        {
            yield return new(81, new Finding($"{Told(name)} in {{P}}", Place.Of(pass.Backward, edge)), true, p =>
                p.Counterpart(pass, edge) is { } here
                    ? Changes.Of(p.Backward.MessageOf(here), Read(p, here))
                    : new Changes());
        }

        yield return new(82, new Finding($"{Told(name)} on the way back", null), true, p =>
        {
            var changes = new Changes();
            foreach (var edge in In(p) is { } here ? Readings(p, here) : [])
            {
                changes.Nodes[p.Backward.MessageOf(edge)!] = Read(p, edge);
            }

            return changes;
        });
        yield return new(83, new Finding($"{Told(name)} on the way back, and so is all that is made of it there", null), true, p =>
        {
            var G = p.AdjointOf(p.Scenario.Output);
            var changes = Changes.Of(G, G);
            if (In(p) is { } here)
            {
                changes.Nodes[here] = Limited(here);
            }

            return changes;
        });

        Node Read(BackwardPass p, Edge edge) =>
            p.Message(edge, operand: 1 - edge.Operand, other: Limited(edge.Node.Operands[1 - edge.Operand]));
    }

    // The messages that a value takes part in.
    private static IEnumerable<Edge> Readings(BackwardPass pass, Node node) =>
        pass.Backward.Edges.Where(e => e.Node.Operands.Count == 2 && pass.Network.Contains(e.Node)
        && (e.Node.Operation.IsProduct || e.Node.Operation is Hadamard) && IsThat(
            e.Node.Operands[1 - e.Operand], node));

    private static bool IsThat(Node read, Node node) =>
        read == node || (read.Operation is Use && read.Operands[0] == node);
}

using System.Globalization;
using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes made at every step alike: values off by one step, weights not transposed, slopes forgotten or
/// taken in the wrong place.</summary>
/// <remarks>Steps are told by the numbers of named values: H2 follows H1. An activation is what a numbered value goes
/// through, alone, to another of the same number.</remarks>
internal static class TimeEdits
{
    public static IEnumerable<Edit> Of(BackwardPass pass) => [.. Weights(pass), .. OffByOne(pass), .. Slopes(pass)];

    private static IEnumerable<Edit> Weights(BackwardPass pass)
    {
        var weights =
            pass.Edges.Where(IsCarried).GroupBy(e => WeightOf(e)!).Where(g => g.Count() > 1).Select(g => g.Key);
        foreach (var weight in weights)
        {
            IEnumerable<Edge> Carried(BackwardPass p) => p.Edges.Where(e => IsCarried(e) && WeightOf(e) == weight);
            // To a state that is given at first, too, or not.
            IEnumerable<Edge> All(BackwardPass p) => p.Edges.Where(
                e => e.Node.Operation.IsProduct && e.Operand == 1 && WeightOf(e) == weight);
            foreach (var (order, carried) in ((int, Func<BackwardPass, IEnumerable<Edge>>)[])[(60, Carried), (59, All)])
            {
                yield return Every(
                    pass,
                    order,
                    new("{0} is not transposed at any step", null, weight),
                    carried,
                    (p, e) => e.Node.Operands[0] * p.AdjointOf(e.Node));
            }

            yield return Every(
                pass,
                61,
                new("no gradient flows back through {0} at any step", null, weight),
                Carried,
                (_, e) => e.Receiver.Scaled(0));
        }
    }

    private const int MostMoved = 3;

    // Two steps on is what comes before it, where the steps are taken the other way.
    private static readonly (int Shift, string Words)[] s_shifts =
        [(1, "the next step"), (-1, "the previous step"), (2, "the step after the next"), (-2, "the step before the previous")];

    private static IEnumerable<Edit> OffByOne(BackwardPass pass)
    {
        bool IsUse(BackwardPass p, Edge e) =>
            e.Node.Operation.IsProduct && e.Operand == 0 && Place.Of(p.Backward, e).Kind == PlaceKind.Contribution;
        var parameters = pass.Edges.Where(e => IsUse(pass, e)).GroupBy(
            e => Place.Of(pass.Backward, e).Name).Where(g => g.Count() > 1).Select(g => g.Key);
        foreach (var parameter in parameters)
        {
            IEnumerable<Edge> Uses(BackwardPass p) =>
                p.Edges.Where(e => IsUse(p, e) && Place.Of(p.Backward, e).Name == parameter);
            foreach (var (shift, words) in s_shifts)
            {
                var moved = Uses(pass)
                    .Select(e => (Right: e.Node.Operands[1], Wrong: Shifted(pass, e.Node.Operands[1], shift)))
                    .Where(v => v.Wrong is not null)
                    .ToList();
                var told = string.Join(", ", moved.Take(MostMoved).Select(v => $"{v.Wrong!.Name} for {v.Right.Name}"));
                var finding = new Finding($"{{P}} takes the value of {words} at every step{(moved.Count > 0 ? $": {told}" : "")}{(moved.Count > MostMoved ? ", …" : "")}", Place.Gradient(parameter));
                yield return Every(pass, 62, finding, Uses, (p, e) =>
                    Shifted(p, e.Node.Operands[1], shift) is { } value
                        ? p.Message(e, operand: 1, other: value)
                        : e.Receiver.Scaled(0));
                yield return Every(pass, 63, finding, Uses, (p, e) => p.Message(e, operand: 1, other: Enumerable.Range(0, Math.Abs(shift))
                    .Select(
                        s => Shifted(
                            p,
                            e.Node.Operands[1],
                            shift - s * Math.Sign(shift))).OfType<Node>().FirstOrDefault() ?? e.Node.Operands[1]));
            }
        }
    }

    private static IEnumerable<Edit> Slopes(BackwardPass pass)
    {
        if (!pass.Edges.Any(e => IsIntoActivation(pass, e)))
        {
            yield break;
        }

        IEnumerable<Edge> All(BackwardPass p) => p.Edges.Where(e => IsIntoActivation(p, e));
        yield return Every(pass, 63, new("φ′ is missing at every step", null), All, WithoutSlope);
        yield return Every(pass, 64, new("φ′ is taken at h in place of a at every step", null), p => All(p).Where(e => !IsLinear(e)), (p, e) =>
            p.Message(
                e, operand: e.Node.Operands.Count == 2 ? 1 - e.Operand : 0, other: ActivatedFrom(p, e.Receiver)!));
        foreach (var a in pass.NamedNodes.Where(n => ActivatedFrom(pass, n) is not null))
        {
            var key = pass.KeyOf(a);
            yield return Every(
                pass,
                65,
                new("φ′ is missing in {P}", Place.Adjoint(pass.Backward, a)),
                p => All(p).Where(e => p.KeyOf(e.Receiver) == key),
                WithoutSlope);
        }
    }

    // A polynomial activation sends several messages: one of them takes the adjoint as it is, the others nothing.
    private static Node WithoutSlope(BackwardPass pass, Edge edge) =>
        edge.Node.Operands.Count == 2 && edge.Node.Operands[0] == edge.Node.Operands[1]
            ? edge.Receiver.Scaled(0)
            : ActivatedAdjoint(pass, edge);

    private static Node ActivatedAdjoint(BackwardPass pass, Edge edge) =>
        pass.AdjointOf(ActivatedFrom(pass, edge.Receiver)!);

    // A product with a constant: its slope does not depend on where it is taken.
    private static bool IsLinear(Edge edge) =>
        edge.Node.Operands.Count == 2 && edge.Node.Operands[0] != edge.Node.Operands[1];

    private static bool IsIntoActivation(BackwardPass pass, Edge edge) =>
        pass.Network.Contains(edge.Receiver) && ActivatedFrom(pass, edge.Receiver) is not null;

    /// <summary>H_t of an A_t: the next numbered value on the way, of the same number and sizes, that A_t reaches
    /// without any product of matrices.</summary>
    private static Node? ActivatedFrom(BackwardPass pass, Node node)
    {
        if (node.Place is not var (series, index))
        {
            return null;
        }

        var reached = pass.Backward.Consumers(node).ToList();
        for (var i = 0; i < reached.Count; i++)
        {
            if (reached[i].Operation.IsProduct || !reached[i].Sizes.Equals(node.Sizes))
            {
                return null;
            }

            if (reached[i].Place is var (other, number))
            {
                return number == index && other != series ? reached[i] : null;
            }

            reached.AddRange(pass.Backward.Consumers(reached[i]));
        }

        return null;
    }

    private static bool IsCarried(Edge edge) =>
        edge.Node.Operation.IsProduct
            && edge.Operand == 1
            && edge.Receiver.Operands.Count > 0
            && !edge.Receiver.Operation.IsAlias
            && WeightOf(edge) is not null;

    private static string? WeightOf(Edge edge)
    {
        var weight = edge.Node.Operands[0];
        weight = weight.Operation is Use ? weight.Operands[0] : weight;
        return weight.Operands.Count == 0 ? weight.Name : null;
    }

    // X3 is an input, H3 a named value: each by its letters and its number.
    private static Node? Shifted(BackwardPass pass, Node node, int shift) => StepOf(node) is var (series, index)
        ? pass.Network.Nodes.FirstOrDefault(n => StepOf(n) == (series, index + shift))
        : null;

    // An input that is declared where it is used has its step in its name alone: x1, h0.
    private static (string Series, int Index)? StepOf(Node node)
    {
        var series = node.Operands.Count > 0 ? null : node.Name?.TrimEnd([.. "0123456789"]);
        return node.Place ?? (series is { Length: > 0 }
            && int.TryParse(node.Name![series.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? (series, index)
                : null);
    }

    private static Edit Every(
        BackwardPass pass, int order, Finding finding, Func<BackwardPass, IEnumerable<Edge>> edges, Func<BackwardPass, Edge, Node> message) => new(order, finding with
        {
            Also = [.. edges(pass).Select(e => Place.Of(pass.Backward, e))],
        }, false, p =>
        {
            var changes = new Changes();
            foreach (var edge in edges(p))
            {
                changes.Nodes.Add(p.Backward.MessageOf(edge)!, message(p, edge));
            }

            return changes;
        });
}

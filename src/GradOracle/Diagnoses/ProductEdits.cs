using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes in one product of a backward pass: another factor, an untransposed one, the wrong order, some of
/// the examples.</summary>
internal static class ProductEdits
{
    // Of so many uses of a parameter all pairs are tried.
    private const int AllPairs = 16;

    public static IEnumerable<Edit> Of(BackwardPass pass)
    {
        List<Node> nodes = [.. pass.Network.Nodes];
        if (pass.IsLarge)
        {
            // In a large network nobody mistakes for something what has no name.
            nodes.RemoveAll(n => n.Name is null && n.Operation is not Elementwise);
        }

        List<(string Text, Node Node)> values = [.. nodes.Select(n => (Formula.Of(n), n)).DistinctBy(n => n.Item1)];
        List<(string Text, Node Node)> adjoints =
            [.. nodes.Where(n => n.Operands.Count > 0 && pass.Backward.AdjointOf(n) is not null)
            .Select(n => (PlaceNames.AdjointOf(pass.Backward, n), n)).DistinctBy(n => n.Item1)];
        return pass.Edges.Where(e => e.Node.Operation.IsProduct).SelectMany<Edge, Edit>(e =>
        [
            .. OtherFactor(pass, e, values), .. Overwritten(pass, e, adjoints), .. OtherAdjoint(pass, e, adjoints), .. Arrangement(pass, e), .. OtherSide(pass, e), .. Examples(pass, e),
        ])
        .Concat(Exchanges(pass));
    }

    /// <summary>One value in place of another: Wx for Wh, H1 for H2, X1 for X2.</summary>
    private static IEnumerable<Edit> OtherFactor(BackwardPass pass, Edge edge, List<(string Text, Node Node)> values)
    {
        var (belongs, place) = (Formula.Of(Other(edge)), Place.Of(pass.Backward, edge));
        return from other in values
               where other.Text != belongs
               let key = pass.KeyOf(other.Node)
               select At(
                   pass,
                   edge,
                   20,
                   new("{0} stands in place of {1} in {P}", place, other.Text, belongs),
                   (p, e) => p.Message(e, operand: 1 - e.Operand, other: p.Find(key)));
    }

    /// <summary>An adjoint in place of a value, which it was written over.</summary>
    private static IEnumerable<Edit> Overwritten(BackwardPass pass, Edge edge, List<(string Text, Node Node)> adjoints)
    {
        var (belongs, place) = (Other(edge), Place.Of(pass.Backward, edge));
        return from adjoint in adjoints
               where adjoint.Node.Sizes.Equals(belongs.Sizes)
               let key = pass.KeyOf(adjoint.Node)
               select At(
                   pass,
                   edge,
                   28,
                   new("{0} stands in place of {1} in {P}", place, adjoint.Text, Formula.Of(belongs)),
                   (p, e) => p.Message(e, operand: 1 - e.Operand, other: p.AdjointOf(p.Find(key)!)));
    }

    /// <summary>The adjoint of one value in place of that of another: ∂L/∂H2 for ∂L/∂H1.</summary>
    private static IEnumerable<Edit> OtherAdjoint(BackwardPass pass, Edge edge, List<(string Text, Node Node)> adjoints)
    {
        var (belongs, place) = (PlaceNames.AdjointOf(pass.Backward, edge.Node), Place.Of(pass.Backward, edge));
        return from other in adjoints
               where other.Text != belongs
               let key = pass.KeyOf(other.Node)
               select At(
                   pass,
                   edge,
                   21,
                   new("{0} stands in place of {1} in {P}", place, other.Text, belongs),
                   (p, e) => p.Message(e, adjoint: p.AdjointOf(p.Find(key)!)));
    }

    /// <summary>The right factors, one of them not transposed, or in the wrong order.</summary>
    private static IEnumerable<Edit> Arrangement(BackwardPass pass, Edge edge)
    {
        var (factor, place, first) = (Formula.Of(Other(edge)), Place.Of(pass.Backward, edge), edge.Operand == 0);
        yield return At(
            pass,
            edge,
            22,
            new("{0} is not transposed in {P}", place, factor),
            (p, e) => first ? p.AdjointOf(e.Node) * Other(e) : Other(e) * p.AdjointOf(e.Node));
        yield return At(pass, edge, 23, new("{0}ᵀ and {1} are multiplied in the wrong order in {P}", place, factor, PlaceNames.AdjointOf(pass.Backward, edge.Node)), (p, e) =>
            first ? Other(e).Transposed() * p.AdjointOf(e.Node) : p.AdjointOf(e.Node) * Other(e).Transposed());
    }

    /// <summary><c>D (A R)ᵀ</c> where <c>(Aᵀ D) Rᵀ</c> belongs: a weight multiplies the wrong factor.</summary>
    private static IEnumerable<Edit> OtherSide(BackwardPass pass, Edge edge)
    {
        if (edge.Operand != 0)
        {
            yield break;
        }

        foreach (var next in pass.Backward.Consumers(edge.Node).Where(c => c.Operation.IsProduct && c.Operands[1] == edge.Node && pass.Network.Contains(c)))
        {
            var key = pass.KeyOf(next);
            string[] names =
                [Formula.Of(next.Operands[0]), Formula.Of(Other(edge)), PlaceNames.AdjointOf(pass.Backward, next)];
            yield return At(pass, edge, 24, new("{0} multiplies {1} in place of {2} in {P}: {2} ({0} {1})ᵀ for ({0}ᵀ {2}) {1}ᵀ", Place.Of(pass.Backward, edge), names), (p, e) =>
                p.Find(key) is var there ? p.AdjointOf(there!) * (there!.Operands[0] * Other(e)).Transposed() : null!);
        }
    }

    /// <summary>Sums over some of the examples, or over examples that do not belong together.</summary>
    private static IEnumerable<Edit> Examples(BackwardPass pass, Edge edge)
    {
        // The sum goes over the columns, or, where the weight stands behind, over the rows.
        if (edge.Operand != 0 && !pass.Case.Network.RowsAreExamples)
        {
            yield break;
        }

        var (place, factor) = (Place.Of(pass.Backward, edge), Formula.Of(Other(edge)));
        Edit Of(string kind, Func<int, int, int> from) => At(pass, edge, 25, new(kind, place, factor), (p, e) =>
            p.Message(e, operand: 1 - e.Operand, other: e.Operand == 0
                ? Other(e).OfColumns(j => from(j, Other(e).Sizes.Columns))
                : Other(e).OfRows(i => from(i, Other(e).Sizes.Rows))));
        // Of a tensor of higher rank the last axis is no axis of examples.
        var (one, of) = Other(edge).Sizes.Count == 2 ? ("example", "") : ("column", $" of {Formula.Shortened(factor)}");
        yield return Of($"only the first {one}{of} counts in {{P}}", (j, _) => j == 0 ? j : -1);
        yield return Of($"only the last {one}{of} counts in {{P}}", (j, B) => j == B - 1 ? j : -1);
        yield return Of($"the first {one}{of} is left out of {{P}}", (j, _) => j > 0 ? j : -1);
        yield return Of($"the last {one}{of} is left out of {{P}}", (j, B) => j < B - 1 ? j : -1);
        yield return Of($"only every other {one}{of} counts in {{P}}", (j, _) => j % 2 == 0 ? j : -1);
        yield return Of($"the {one}s of {{0}} are in reverse order in {{P}}", (j, B) => B - 1 - j);
        yield return Of($"the {one}s of {{0}} are shifted by one in {{P}}", (j, B) => (j + 1) % B);
        yield return Of($"the {one}s of {{0}} are shifted back by one in {{P}}", (j, B) => (j + B - 1) % B);
    }

    /// <summary>Two uses of one parameter, each with the other's factor.</summary>
    private static IEnumerable<Edit> Exchanges(BackwardPass pass)
    {
        var uses = pass.Edges.Where(
            e => e.Node.Operation.IsProduct && Place.Of(pass.Backward, e).Kind == PlaceKind.Contribution)
            .GroupBy(e => (Place.Of(pass.Backward, e).Name, e.Operand)).Where(g => g.Count() > 1);
        foreach (var tensor in uses)
        {
            // Of the many uses in a long sequence those of neighbours: all pairs of 128 steps would take minutes.
            List<(Edge Edge, string Factor)> edges = [.. tensor.Select(e => (e, Formula.Of(Other(e))))];
            for (var i = 0; i < edges.Count; i++)
            {
                var last = edges.Count > AllPairs ? Math.Min(i + 2, edges.Count) : edges.Count;
                for (var j = i + 1; j < last; j++)
                {
                    var ((a, ofA), (b, ofB)) = (edges[i], edges[j]);
                    var finding = new Finding(
                        "{0} and {1} are exchanged in {P}",
                        Place.Gradient(tensor.Key.Name),
                        ofA,
                        ofB);
                    yield return new(26, finding, false, p =>
                    {
                        if (p.Find(pass, a) is not { } one || p.Find(pass, b) is not { } two)
                        {
                            return new Changes();
                        }

                        var changes = Changes.Of(
                            p.Backward.MessageOf(one), p.Message(one, operand: 1 - one.Operand, other: Other(two)));
                        changes.Nodes.Add(
                            p.Backward.MessageOf(two)!, p.Message(two, operand: 1 - two.Operand, other: Other(one)));
                        return changes;
                    });
                }
            }
        }
    }

    private static Node Other(Edge edge) => edge.Node.Operands[1 - edge.Operand];

    private static Edit At(
        BackwardPass pass, Edge edge, int order, Finding finding, Func<BackwardPass, Edge, Node> message) =>
        new(
            order,
            finding,
            false,
            p => p.Find(pass, edge) is { } here
                ? Changes.Of(p.Backward.MessageOf(here), message(p, here))
                : new Changes());
}

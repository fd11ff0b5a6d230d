using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes that operations invite and no small formula says as well: where entries are chosen, taken several
/// times or written over each other, as in maxima, windows and the rows of a table; and in a softmax.</summary>
internal static class ChoiceEdits
{
    private const int Order = SlipEdits.Order;

    /// <summary>Those that reach a wrong gradient. They need not spoil everything behind them: where entries are equal,
    /// what is wrong may be multiplied by 0.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, IReadOnlyList<string> wrong)
    {
        bool IsReached(Edge edge) => pass.TensorsBehind(pass.Backward.MessageOf(edge)!).Any(wrong.Contains);
        var edges = pass.Backward.Edges.Where(e => pass.Network.Contains(e.Node) && IsReached(e));
        return edges.SelectMany(e => e.Node.Operation switch
        {
            LargestOver { Chooses: true } =>
                [.. SlipEdits.At(pass, e), .. OtherChoices(pass, e), .. LastWindows(pass, e)],
            Windows or Permute or NamedFunction { HasSlips: true } => SlipEdits.At(pass, e),
            Broadcast => Overwritten(pass, e),
            Rows => [.. SlipEdits.At(pass, e), .. RowsOverOthers(pass, e)],
            _ => [],
        });
    }

    /// <summary>The largest entries of another value.</summary>
    private static IEnumerable<Edit> OtherChoices(BackwardPass pass, Edge edge)
    {
        // Through windows it is another value that they stand over.
        var read = edge.Receiver;
        var place = Place.Of(pass.Backward, edge);
        var chosen = read.Operation is Windows ? read.Operands[0] : read;
        return from other in pass.Network.Nodes
               where other != chosen && other.Sizes.Equals(chosen.Sizes) && Formula.Of(other) != Formula.Of(chosen)
               let key = pass.KeyOf(other)
               let words = "the largest of {0} gets the adjoint, not the largest of {1}, in {P}"
               let finding = new Finding(
                   words, place, Formula.Shortened(Formula.Of(other)), Formula.Shortened(Formula.Of(chosen)))
               select new Edit(Order + 1, finding, false, p =>
                   p.Counterpart(pass, edge) is { } here && p.Find(key) is { } there
                       ? Changes.Of(
                           p.Backward.MessageOf(here),
                           ((LargestOver)here.Node.Operation).Chosen(
                               p.AdjointOf(here.Node),
                               here.Receiver.Operation is Windows ? here.Receiver.On([there]) : there))
                       : new Changes());
    }

    /// <summary>Of windows that have their largest entry in common the last alone counts.</summary>
    private static IEnumerable<Edit> LastWindows(BackwardPass pass, Edge edge)
    {
        if (edge.Receiver.Operation is not Windows || pass.Backward.MessageOf(new(edge.Receiver, 0)) is null)
        {
            return [];
        }

        var finding = new Finding(
            "{P} has only the last of the windows that overlap: what comes later overwrites what came before",
            Place.Of(pass.Backward, new(edge.Receiver, 0)));
        return [new(Order + 2, finding, false, p =>
        {
            if (p.Counterpart(pass, edge) is not { Receiver: { Operation: Windows windows } read } here)
            {
                return new Changes();
            }

            var (largest, one) = ((LargestOver)here.Node.Operation, Constant.Of(read.Sizes, 1));
            var chosen = largest.Chosen(Constant.Of(here.Node.Sizes, 1), read);
            var number = Constant.Of(read.Sizes, [.. Enumerable.Range(1, read.Sizes.Length).Select(i => (double)i)]);
            var last = read.On([windows.Overwritten(read, read.Operands, chosen.Hadamard(number), skipsZeros: true)]);
            var isLast = one - (last - number).Abs().Step();
            var D = p.AdjointOf(here.Node).Broadcast(read.Sizes).Hadamard(chosen).Hadamard(isLast);
            return Changes.Of(
                p.Backward.MessageOf(new(read, 0)), windows.Adjoint(read, read.Operands, D)[0]!);
        })];
    }

    /// <summary>A weight that every example multiplies, with the last term alone over examples and positions.</summary>
    private static IEnumerable<Edit> Overwritten(BackwardPass pass, Edge edge)
    {
        Edge? Multiplied(BackwardPass p, Node node) =>
            p.Backward.Consumers(node) is [{ Operation.IsProduct: true } product]
                ? new Edge(product, product.Operands[0] == node ? 0 : 1)
                : null;
        if (Multiplied(pass, edge.Node) is null)
        {
            return [];
        }

        var finding = new Finding(
            "{P} has only the last term of its sum over the examples and within each", Place.Of(pass.Backward, edge));
        return [new(Order + 1, finding, false, p =>
        {
            if (p.Counterpart(pass, edge) is not { } here || Multiplied(p, here.Node) is not { } product)
            {
                return new Changes();
            }

            var D = product.Node.Operation.Slips(product.Node, product.Node.Operands, p.AdjointOf(product.Node))
                .First(s => s.Operand == product.Operand).Message;
            return Changes.Of(
                p.Backward.MessageOf(here),
                ((Broadcast)here.Node.Operation).Overwritten(here.Node, here.Node.Operands, D));
        })];
    }

    /// <summary>Rows written over what another use of the table contributes.</summary>
    private static IEnumerable<Edit> RowsOverOthers(BackwardPass pass, Edge edge)
    {
        var place = Place.Of(pass.Backward, edge);
        if (place.Kind != PlaceKind.Contribution)
        {
            return [];
        }

        var finding = new Finding("{P} is written over what other uses contribute to its rows, not added to it", place);
        return [new(Order + 1, finding, false, p =>
        {
            if (p.Counterpart(pass, edge) is not { } here)
            {
                return new Changes();
            }

            var (table, indices, D) = (here.Receiver, here.Node.Operands[1], p.AdjointOf(here.Node));
            Node Written(Node of) => new(new AddRows(table.Sizes, Overwriting.Last), of, indices);
            var whole = p.Scenario.ResultOf(place.Name);
            var others = whole - p.Backward.MessageOf(here)!;
            return Changes.OfGradient(
                place.Name,
                Written(D) + others - others.Hadamard(Written(Constant.Of(D.Sizes, 1))));
        })];
    }
}

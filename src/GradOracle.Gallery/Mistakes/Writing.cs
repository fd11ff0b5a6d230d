using System.Numerics;
using GradOracle.Derivations;
using GradOracle.Graphs;

namespace GradOracle.Gallery;

/// <summary>A right way of writing a network's gradients down.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Of">The gradients of a batch.</param>
internal sealed record Writing(string Name, Func<CaseStack, GradientStack> Of)
{
    /// <summary>The ways of a network.</summary>
    public static IReadOnlyList<Writing> All(Network network)
    {
        var byHand = Catalog.DefaultDerivation(network);
        return
        [
            new("by hand, with MathNet", batch => IsolatedRun.Of(byHand, batch)),
            new("sums from the last term to the first", batch => Evaluate(batch, node => node, Order.Backwards)),
            new("sums in pairs", batch => Evaluate(batch, node => node, Order.InPairs)),
            new("A (B C) for (A B) C", batch => Evaluate(batch, ToTheRight, Order.Forwards)),
            new("(A B) C for A (B C)", batch => Evaluate(batch, ToTheLeft, Order.Forwards)),
            new("A C + B C for (A + B) C", batch => Evaluate(batch, Distributed, Order.Forwards)),
            new("one product for a sum of products", batch => Evaluate(batch, InOne, Order.Forwards)),
        ];
    }

    private enum Order
    {
        Forwards,
        Backwards,
        InPairs,
    }

    private static GradientStack Evaluate(CaseStack batch, Func<Node, Node> rewrite, Order order) =>
        batch.Type == ElementType.Float32
        ? Evaluate(batch, v => (float)v, v => v, rewrite, order)
        : Evaluate(batch, v => v, v => v, rewrite, order);

    private static GradientStack Evaluate<T>(
        CaseStack batch, Converter<double, T> into, Converter<T, double> from, Func<Node, Node> rewrite, Order order)
        where T : struct, INumberBase<T>
    {
        var result = new GradientStack(batch);
        var done = new Dictionary<Node, Node>();
        List<Node> nodes = [.. result.All.Select(t => Rewritten(batch.Scenario.ResultOf(t.Name), rewrite, done))];
        var schedule = new Schedule(nodes);
        var values = new T[schedule.Nodes.Length][];
        for (var i = 0; i < values.Length; i++)
        {
            var (node, operands) = (schedule.Nodes[i], schedule.Operands[i]);
            if (node.Operation is Leaf)
            {
                values[i] = Array.ConvertAll(batch[node.Name!].Values, into);
                continue;
            }

            values[i] = new T[batch.Count * node.Sizes.Length];
            var x = Schedule.Of(operands, values);
            if (node.Operation.IsProduct)
            {
                Multiply(node, x, values[i], batch.Count, order);
            }
            else
            {
                node.Operation.Value(node, x, values[i], batch.Count);
            }
        }

        foreach (var (stack, node) in result.All.Zip(nodes))
        {
            Array.ConvertAll(values[schedule[node]], from).CopyTo(stack.Values, 0);
        }

        return result;
    }

    private static void Multiply<T>(Node node, T[][] x, T[] y, int count, Order order)
        where T : struct, INumberBase<T>
    {
        var (rows, inner, columns) = (node.Sizes.Rows, node.Operands[0].Sizes.Columns, node.Sizes.Columns);
        var terms = new T[inner];
        for (var at = 0; at < y.Length; at++)
        {
            var (s, i, j) = (at / (rows * columns), at / columns % rows, at % columns);
            for (var k = 0; k < inner; k++)
            {
                terms[order == Order.Backwards ? inner - 1 - k : k] =
                    x[0][(s * rows + i) * inner + k] * x[1][(s * inner + k) * columns + j];
            }

            y[at] = order == Order.InPairs ? InPairs<T>(terms) : InOrder<T>(terms);
        }
    }

    private static T InOrder<T>(ReadOnlySpan<T> terms)
        where T : struct, INumberBase<T>
    {
        var sum = T.Zero;
        foreach (var term in terms)
        {
            sum += term;
        }

        return sum;
    }

    private static T InPairs<T>(ReadOnlySpan<T> terms)
        where T : struct, INumberBase<T> =>
        terms.Length == 1 ? terms[0] : InPairs(terms[..(terms.Length / 2)]) + InPairs(terms[(terms.Length / 2)..]);

    // Names are of no matter here: operands come first, so this is as deep as the graph is long.
    private static Node Rewritten(Node result, Func<Node, Node> rewrite, Dictionary<Node, Node> done)
    {
        foreach (var node in new Schedule([result]).Nodes)
        {
            if (!done.ContainsKey(node))
            {
                done[node] = node.Operands.Count == 0 ? node
                    : node.Operation.IsAlias ? done[node.Operands[0]]
                    : rewrite(new Node(node.Operation, [.. node.Operands.Select(o => done[o])]));
            }
        }

        return done[result];
    }

    private static Node ToTheRight(Node node) =>
        node.Operation.IsProduct && node.Operands[0] is { Operation.IsProduct: true } left
        ? left.Operands[0] * ToTheRight(left.Operands[1] * node.Operands[1])
        : node;

    private static Node ToTheLeft(Node node) =>
        node.Operation.IsProduct && node.Operands[1] is { Operation.IsProduct: true } right
        ? ToTheLeft(node.Operands[0] * right.Operands[0]) * right.Operands[1]
        : node;

    private static Node Distributed(Node node) => !node.Operation.IsProduct ? node
        : node.Operands[0] is { Operation: Sum } left ? Distributed(left.Operands[0] * node.Operands[1])
            + Distributed(left.Operands[1] * node.Operands[1])
        : node.Operands[1] is { Operation: Sum } right ? Distributed(node.Operands[0] * right.Operands[0])
            + Distributed(node.Operands[0] * right.Operands[1])
        : node;

    private static Node InOne(Node node) =>
        node.Operation is Sum
            && node.Operands[0] is { Operation.IsProduct: true } a
            && node.Operands[1] is { Operation.IsProduct: true } b
            ? a.Operands[0]
                .Concat(b.Operands[0]) * a.Operands[1]
                .Transposed()
                .Concat(b.Operands[1].Transposed())
                .Transposed()
            : node;
}

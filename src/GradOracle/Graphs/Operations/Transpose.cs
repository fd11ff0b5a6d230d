using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The transposed matrix; of a tensor of higher rank, its last two axes exchanged.</summary>
        /// <exception cref="InvalidOperationException">It has fewer than two axes.</exception>
        public Node Transposed() => new(new Transpose(), this);

        /// <summary>Two axes exchanged.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node Transposed(int first, int second)
        {
            var (a, b) = (Axes.Of(this, first), Axes.Of(this, second));
            int[] axes = [.. Enumerable.Range(0, Sizes.Count).Select(axis => axis == a ? b : axis == b ? a : axis)];
            return Permute(axes);
        }

        /// <summary>The axes in another order: axis i of the result is the one that stands at i.</summary>
        /// <exception cref="InvalidOperationException">Not every axis is there, once.</exception>
        public Node Permute(params IReadOnlyList<int> axes)
        {
            ArgumentNullException.ThrowIfNull(axes);
            int[] order = [.. axes.Select(axis => Axes.Of(this, axis))];
            var last = Sizes.Count - 1;
            return !order.Order().SequenceEqual(Enumerable.Range(0, Sizes.Count))
                ? throw new InvalidOperationException(
                    $"{Formula.WithSizes(this)} cannot be permuted by {string.Join(", ", axes)}: each of its axes must be there once.")
                : order.SequenceEqual(order.Order()) ? this
                : order.SequenceEqual([.. Enumerable.Range(0, Math.Max(0, last - 1)), last, last - 1]) ? Transposed()
                : new(new Permute(order), this);
        }
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The last two axes exchanged: the transposed matrix.</summary>
    internal sealed class Transpose : Structural
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x) =>
            x[0].Sizes.Count == 2 ? new(x[0].Sizes.Columns, x[0].Sizes.Rows)
            : x[0].Sizes.Count > 2 ? new(
                [.. x[0].Sizes.Take(x[0].Sizes.Count - 2), x[0].Sizes.Columns, x[0].Sizes.Rows])
            : throw new InvalidOperationException($"{Formula.WithSizes(x[0])} cannot be transposed: it is no matrix.");

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].transpose(-2, -1);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D.Transposed()];

        /// <summary>The same entries under other sizes.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) =>
            [new("{P} is reshaped, not transposed", 0, D.Reshaped(x[0].Sizes))];

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Permute(
            x[0],
            [.. Enumerable.Range(0, node.Sizes.Count - 2), node.Sizes.Count - 1, node.Sizes.Count - 2]);

        public override string Text(Node node, IReadOnlyList<string> x) => $"{Formula.Factor(x[0])}ᵀ";

        protected override void Move<T>(Node node, T[][] x, T[] y, int count)
        {
            var (rows, columns) = (node.Sizes.Rows, node.Sizes.Columns);
            for (var s = 0; s < y.Length / (rows * columns); s++)
            {
                ReadOnlySpan<T> from = x[0].AsSpan(s * rows * columns, rows * columns);
                var to = y.AsSpan(s * rows * columns, rows * columns);
                for (var i = 0; i < rows; i++)
                {
                    for (var j = 0; j < columns; j++)
                    {
                        to[i * columns + j] = from[j * rows + i];
                    }
                }
            }
        }
    }

    /// <summary>The axes in another order.</summary>
    internal sealed class Permute(int[] order) : Gathering
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.Count == order.Length
            ? new([.. order.Select(axis => x[0].Sizes[axis])])
            : throw new InvalidOperationException(
                $"{Formula.WithSizes(x[0])} has not the axes {string.Join(", ", order)}.");

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            x[0].permute([0, .. order.Select(axis => axis + 1L)]);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [D.Permute([.. Enumerable.Range(0, order.Length).Select(axis => Array.IndexOf(order, axis))])];

        /// <summary>The same entries under other sizes, or in the order of the way forth.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
        {
            var forth = D.Permute(order);
            return
            [
                .. base.Slips(node, x, D),
                new("{P} is reshaped, not permuted", 0, D.Reshaped(x[0].Sizes)),
                new("{P} is permuted as on the way forth, not back", 0,
                    forth.Sizes.Equals(x[0].Sizes) ? forth : forth.Reshaped(x[0].Sizes)),
            ];
        }

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Permute(x[0], order);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            $"permute({x[0]}, {string.Join(",", order)})";

        protected override int[] Sources(Sizes from, Sizes to)
        {
            var sources = new int[to.Length];
            for (var j = 0; j < sources.Length; j++)
            {
                var rest = j;
                for (var axis = order.Length - 1; axis >= 0; axis--)
                {
                    sources[j] += rest % to[axis] * from.Behind(order[axis]);
                    rest /= to[axis];
                }
            }

            return sources;
        }
    }
}

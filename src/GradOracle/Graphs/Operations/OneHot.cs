using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>Class indices as vectors with a 1 at the class, along a new axis, the last unless said otherwise.
        /// Nothing flows back to the indices.</summary>
        /// <exception cref="InvalidOperationException">There is no place for such an axis, or there are no
        /// classes.</exception>
        public Node OneHot(int classes, int axis = -1)
        {
            var along = Axes.OfNew(this, axis);
            return classes >= 1
                ? new(new OneHot(classes, along), OfIndices())
                : throw new InvalidOperationException(
                    $"{Formula.WithSizes(this)} cannot be one-hot among {classes} classes.");
        }
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Class indices as vectors with a 1 at the class.</summary>
    internal sealed class OneHot(int classes, int axis) : Operation
    {
        public override bool StartsTerms => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => Axes.With(x[0].Sizes, axis, classes);

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var run = node.Sizes.Behind(axis);
            y.AsSpan().Clear();
            for (var i = 0; i < x[0].Length; i++)
            {
                var index = Rows.Index(node.Operands[0], x[0][i], classes, $"{classes} classes");
                y[(i / run * classes + index) * run + i % run] = T.One;
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x)
        {
            var indices = x[0].detach().to(torch.ScalarType.Int64).unsqueeze(axis + 1);
            var zeros = torch.zeros([x[0].shape[0], .. node.Sizes.Select(size => (long)size)], x[0].dtype);
            return zeros.scatter(axis + 1L, indices, torch.ones_like(indices).to(x[0].dtype));
        }

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count) => false;

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [null];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => new(0, 0, -1);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x)
        {
            var sizes = node.Operands[0].Sizes;
            var column = there.Reshape(x[0], [.. Axes.With(sizes, axis).AsEnumerable()]);
            int[] ones = [.. Enumerable.Repeat(1, sizes.Count)];
            var along = there.Constant(
                Axes.With(new Sizes(ones), axis, classes),
                [.. Enumerable.Range(0, classes).Select(c => (double)c)]);
            return there.Entrywise(
                ForeignStep.IsEqual,
                there.Broadcast(column, node.Sizes),
                there.Broadcast(along, node.Sizes));
        }

        public override string Text(Node node, IReadOnlyList<string> x) => $"one_hot({x[0]})";

        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => Constant.Of(node.Sizes, 1);
    }
}

using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The same entries, row by row, in a tensor of other sizes; one of them may be −1, which is what is
        /// left.</summary>
        /// <exception cref="InvalidOperationException">The entries are not as many.</exception>
        public Node Reshape(params IReadOnlyList<int> sizes)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            var known = sizes.Where(size => size != -1).Aggregate(1L, (product, size) => product * size);
            var isFit = sizes.All(size => size >= 1)
                ? known == Sizes.Length
                : sizes.Count(size => size < 1) == 1 && sizes.Contains(-1) && Sizes.Length % known == 0;
            return isFit
                ? Reshaped(new([.. sizes.Select(size => size == -1 ? (int)(Sizes.Length / known) : size)]))
                : throw new InvalidOperationException(
                    $"{Formula.WithSizes(this)} cannot be reshaped to {string.Join('×', sizes)}.");
        }

        /// <summary>One more axis, of size 1, at a place among the others.</summary>
        /// <exception cref="InvalidOperationException">There is no such place.</exception>
        public Node Unsqueeze(int axis) => Reshaped(Axes.With(Sizes, Axes.OfNew(this, axis)));

        /// <summary>These entries in other sizes; the node itself where they are its own.</summary>
        internal Node Reshaped(Sizes sizes) => Sizes.Equals(sizes) ? this : new(new Reshape(sizes), this);

        /// <summary>Without axes that a reduction has left at size 1, unless they are kept.</summary>
        internal Node Dropped(IReadOnlyList<int> axes, bool keepDims, Node of) =>
            keepDims ? this : Reshaped(Axes.Without(Sizes, Axes.Of(of, axes)));
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The same entries in other sizes.</summary>
    internal sealed class Reshape(Sizes sizes) : Structural
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.Length == sizes.Length
            ? sizes
            : throw new InvalidOperationException($"{Formula.WithSizes(x[0])} cannot be reshaped to {sizes}.");

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            x[0].reshape([x[0].shape[0], .. sizes.Select(size => (long)size)]);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [D.Reshaped(x[0].Sizes)];

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Reshape(x[0], [.. sizes.AsEnumerable()]);

        /// <summary>What has the same entries but for axes of size 1 is written as it is.</summary>
        public override string Text(Node node, IReadOnlyList<string> x) =>
            node.Operands[0].Sizes.Where(size => size > 1).SequenceEqual(sizes.Where(size => size > 1))
                ? x[0]
                : $"reshape({x[0]}, {sizes})";

        protected override void Move<T>(Node node, T[][] x, T[] y, int count) => x[0].CopyTo(y, 0);
    }
}

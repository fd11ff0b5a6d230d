using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>Repeats the only entry along every axis of size 1 that is to be longer; axes that are missing in
        /// front are of size 1.</summary>
        /// <exception cref="InvalidOperationException">An axis that is not of size 1 is to have another
        /// size.</exception>
        public Node Broadcast(Sizes sizes)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            var aligned = Sizes.Count < sizes.Count
                ? Reshape([.. Enumerable.Repeat(1, sizes.Count - Sizes.Count), .. Sizes.AsEnumerable()])
                : this;
            return aligned.Sizes.Equals(sizes) ? aligned : new(new Broadcast(sizes), aligned);
        }

        /// <summary>A column added to every column: a bias.</summary>
        /// <exception cref="InvalidOperationException">The column has another number of rows, or is no
        /// column.</exception>
        public Node AddBias(Node column)
        {
            ArgumentNullException.ThrowIfNull(column);
            return column.Sizes.Count == 2 && column.Sizes.Rows == Sizes.Rows && column.Sizes.Columns == 1
                ? this + column.Broadcast(Sizes)
                : throw new InvalidOperationException(
                    $"{Formula.WithSizes(column)} cannot be added to every column of {Formula.WithSizes(this)}.");
        }

        /// <summary>Every entry times a number that is a tensor of the case, 1×1.</summary>
        /// <exception cref="InvalidOperationException">It is not 1×1.</exception>
        public Node Times(Node number)
        {
            ArgumentNullException.ThrowIfNull(number);
            return number.Sizes.Length == 1 && number.Sizes.Count == Sizes.Count
                ? Hadamard(number.Broadcast(Sizes))
                : throw new InvalidOperationException(
                    $"{Formula.WithSizes(this)} cannot be multiplied entry by entry by {Formula.WithSizes(number)}: a number is 1×1.");
        }
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Entries repeated along axes.</summary>
    internal sealed class Broadcast(Sizes sizes) : Gathering
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x)
        {
            var from = x[0].Sizes;
            return from.Count == sizes.Count && from.Zip(sizes).All(s => s.First == s.Second || s.First == 1)
                ? sizes
                : throw new InvalidOperationException($"{Formula.WithSizes(x[0])} cannot be broadcast to {sizes}.");
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            x[0].expand([x[0].shape[0], .. sizes.Select(s => (long)s)]);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [D.SumOver([.. Enumerable.Range(0, sizes.Count).Where(axis => x[0].Sizes[axis] < sizes[axis])])];

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Broadcast(x[0], sizes);

        public override string Text(Node node, IReadOnlyList<string> x) => x[0];

        protected override int[] Sources(Sizes from, Sizes to) => SumOver.TargetsOf(to, from);
    }
}

using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The transposed matrix.</summary>
        /// <exception cref="InvalidOperationException">It is no matrix.</exception>
        public Node Transposed() => new(new Transpose(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The transposed matrix.</summary>
    internal sealed class Transpose : Structural
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.Count == 2
            ? new(x[0].Sizes.Columns, x[0].Sizes.Rows)
            : throw new InvalidOperationException($"{x[0].Sizes} cannot be transposed: it is no matrix.");

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].transpose(-2, -1);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D.Transposed()];

        public override string Text(Node node, IReadOnlyList<string> x) => $"{Formula.Factor(x[0])}ᵀ";

        protected override void Move<T>(Node node, T[][] x, T[] y, int count)
        {
            var (rows, columns) = (node.Sizes.Rows, node.Sizes.Columns);
            for (var s = 0; s < count; s++)
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
}

using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>These columns and then those of another matrix with as many rows; for tensors of any rank, along the last axis.</summary>
        /// <exception cref="InvalidOperationException">Another size differs.</exception>
        public Node Concat(Node right) => new(new Concat(), this, right);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Two tensors one behind the other along the last axis.</summary>
    internal sealed class Concat : Structural
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x)
        {
            var (left, right) = (x[0].Sizes, x[1].Sizes);
            var isFit = left.Count > 0 && left.Count == right.Count;
            for (var axis = 0; isFit && axis < left.Count - 1; axis++)
            {
                isFit = left[axis] == right[axis];
            }

            return isFit
                ? left.With(left.Count - 1, left.Columns + right.Columns)
                : throw new InvalidOperationException($"{left} and {right} cannot stand beside each other.");
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => torch.cat(x, -1);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D)
        {
            var axis = node.Sizes.Count - 1;
            var (left, right) = (x[0].Sizes.Columns, x[1].Sizes.Columns);
            return [D.Slice(axis, 0, left), D.Slice(axis, left, right)];
        }

        public override string Text(Node node, IReadOnlyList<string> x) => $"[{x[0]} | {x[1]}]";

        public override double[] Row(Node node, double[][] x)
        {
            var row = new double[node.Sizes.Columns];
            for (var j = 0; j < row.Length; j++)
            {
                var left = node.Operands[0].Sizes.Columns;
                var (part, at) = j < left ? (x[0], j) : (x[1], j - left);
                row[j] = part[part.Length == 1 ? 0 : at];
            }

            return row.AsSpan().ContainsAnyExcept(row[0]) ? row : [row[0]];
        }

        protected override void Move<T>(Node node, T[][] x, T[] y, int count)
        {
            var (left, right) = (node.Operands[0].Sizes.Columns, node.Operands[1].Sizes.Columns);
            for (var i = 0; i < y.Length / (left + right); i++)
            {
                x[0].AsSpan(i * left, left).CopyTo(y.AsSpan(i * (left + right)));
                x[1].AsSpan(i * right, right).CopyTo(y.AsSpan(i * (left + right) + left));
            }
        }
    }
}

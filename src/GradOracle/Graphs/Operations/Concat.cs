using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>These columns and then those of another matrix with as many rows; for tensors of any rank, along
        /// the last axis.</summary>
        /// <exception cref="InvalidOperationException">Another size differs.</exception>
        public Node Concat(Node right) => Concat(-1, this, right);

        /// <summary>Tensors one behind the other along an axis.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis, or another size differs.</exception>
        public static Node Concat(int axis, params IReadOnlyList<Node> parts)
        {
            var (first, along) = First(parts, (node, at) => Axes.Of(node, at), axis);
            return parts.Count == 1 ? first : new(new Concat(along), [.. parts]);
        }

        /// <summary>Tensors of the same sizes one behind the other along a new axis.</summary>
        /// <exception cref="InvalidOperationException">There is no such place for an axis, or the sizes
        /// differ.</exception>
        public static Node Stack(int axis, params IReadOnlyList<Node> parts)
        {
            var (first, along) = First(parts, Axes.OfNew, axis);
            return parts.FirstOrDefault(part => !part.Sizes.Equals(first.Sizes)) is { } other
                ? throw new InvalidOperationException(
                    $"{Formula.WithSizes(first)} and {Formula.WithSizes(other)} cannot be stacked.")
                : Concat(along, [.. parts.Select(part => part.Unsqueeze(along))]);
        }

        private static (Node First, int Axis) First(IReadOnlyList<Node> parts, Func<Node, int, int> axisOf, int axis)
        {
            ArgumentNullException.ThrowIfNull(parts);
            return parts.Count > 0
                ? (parts[0], axisOf(parts[0], axis))
                : throw new InvalidOperationException("There is nothing to put together.");
        }
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Tensors one behind the other along an axis.</summary>
    internal sealed class Concat(int axis) : Structural
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x)
        {
            var length = 0;
            foreach (var part in x)
            {
                var isFit = axis < part.Sizes.Count && part.Sizes.With(axis, 1).Equals(x[0].Sizes.With(axis, 1));
                length += isFit
                    ? part.Sizes[axis]
                    : throw new InvalidOperationException(
                        $"{Formula.WithSizes(x[0])} and {Formula.WithSizes(part)} cannot stand beside each other.");
            }

            return x[0].Sizes.With(axis, length);
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => torch.cat(x, axis + 1);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D)
        {
            var (parts, from) = (new Node[x.Count], 0);
            for (var p = 0; p < parts.Length; p++)
            {
                parts[p] = D.Slice(axis, from, x[p].Sizes[axis]);
                from += x[p].Sizes[axis];
            }

            return parts;
        }

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Concat(axis, x);

        /// <summary>Columns beside each other as matrices are written, anything else with its axis.</summary>
        public override string Text(Node node, IReadOnlyList<string> x) =>
            axis == node.Sizes.Count - 1 ? $"[{string.Join(" | ", x)}]"
            : axis == node.Sizes.Count - 2 ? $"[{string.Join("; ", x)}]"
            : FormattableString.Invariant($"concat({string.Join(", ", x)}, axis {axis})");

        public override double[]? Row(Node node, double[][] x)
        {
            if (axis < node.Sizes.Count - 1)
            {
                return x.All(row => row.AsSpan().SequenceEqual(x[0])) ? x[0] : null;
            }

            var (row, at) = (new double[node.Sizes.Columns], 0);
            for (var p = 0; p < x.Length; p++)
            {
                for (var j = 0; j < node.Operands[p].Sizes.Columns; j++)
                {
                    row[at++] = x[p][x[p].Length == 1 ? 0 : j];
                }
            }

            return row.AsSpan().ContainsAnyExcept(row[0]) ? row : [row[0]];
        }

        protected override void Move<T>(Node node, T[][] x, T[] y, int count)
        {
            var (run, to) = (node.Sizes.Behind(axis), 0);
            for (var i = 0; i < count * node.Sizes.Before(axis); i++)
            {
                for (var p = 0; p < x.Length; p++)
                {
                    var part = node.Operands[p].Sizes[axis] * run;
                    x[p].AsSpan(i * part, part).CopyTo(y.AsSpan(to));
                    to += part;
                }
            }
        }
    }
}

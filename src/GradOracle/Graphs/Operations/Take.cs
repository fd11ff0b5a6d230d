using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>A part of an axis, from an index on, every entry or one in so many.</summary>
        /// <param name="axis">The axis.</param>
        /// <param name="from">The first index.</param>
        /// <param name="length">How many entries are taken.</param>
        /// <param name="step">How far from one index to the next; backwards where it is negative.</param>
        /// <exception cref="InvalidOperationException">It reaches beyond the axis, or there is no such
        /// axis.</exception>
        public Node Slice(int axis, int from, int length, int step = 1)
        {
            var along = Axes.Of(this, axis);
            var last = from + (length - 1L) * step;
            return length >= 1 && step != 0 && Math.Min(from, last) >= 0 && Math.Max(from, last) < Sizes[along]
                ? Take(along, [.. Enumerable.Range(0, length).Select(i => from + i * step)])
                : throw new InvalidOperationException(
                    $"{Formula.WithSizes(this)} has no entries {from} to {last} along axis {axis}.");
        }

        /// <summary>Zeros before and behind the entries along an axis.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis, or fewer than no zeros are asked
        /// for.</exception>
        public Node Pad(int axis, int before, int behind)
        {
            var along = Axes.Of(this, axis);
            return before >= 0 && behind >= 0
                ? Take(along, [.. Enumerable.Range(-before, before + Sizes[along] + behind).Select(i => i < Sizes[along] ? Math.Max(i, -1) : -1)])
                : throw new InvalidOperationException(
                    $"{Formula.WithSizes(this)} cannot be padded by {before} and {behind}: use Slice to shorten it.");
        }

        /// <summary>The entries at some indices along an axis, each at most once; −1 stands for 0.</summary>
        internal Node Take(int axis, params int[] indices) => new(new Take(axis, indices), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Entries along an axis by their indices: a slice, a padding, another order. Its adjoint is one of these
    /// too.</summary>
    internal sealed class Take(int axis, int[] indices) : Structural
    {
        private const string Mark = "\u0001";

        private int Along => axis;

        /// <summary>Whether another takes the same part of its operand, whatever the sizes: the second of four.</summary>
        public bool IsSamePartAs(Take other, Sizes from, Sizes othersFrom) => axis == other.Along
            && indices.Length * othersFrom[axis] == other.Length * from[axis]
            && indices[0] * othersFrom[axis] == other.At(0) * from[axis];

        private int Length => indices.Length;

        private int At(int index) => indices[index];

        public override Sizes SizesOf(IReadOnlyList<Node> x)
        {
            var sizes = x[0].Sizes;
            var isTaken = new bool[axis >= 0 && axis < sizes.Count ? sizes[axis] : 0];
            foreach (var index in indices)
            {
                if (index < -1 || index >= isTaken.Length)
                {
                    throw new InvalidOperationException($"{Formula.WithSizes(x[0])} has no entries {indices.Min()} to {indices.Max()} along axis {axis}.");
                }

                if (index >= 0 && isTaken[index])
                {
                    throw new InvalidOperationException(
                        $"Entries of {Formula.WithSizes(x[0])} are taken twice along axis {axis}.");
                }

                if (index >= 0)
                {
                    isTaken[index] = true;
                }
            }

            return sizes.With(axis, indices.Length);
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x)
        {
            var missing = x[0].shape[axis + 1]; // where a 0 is put
            var shape = x[0].shape;
            shape[axis + 1] = 1;
            var padded = torch.cat([x[0], torch.zeros(shape, x[0].dtype)], axis + 1);
            return padded.index_select(
                axis + 1, torch.tensor([.. indices.Select(index => index < 0 ? missing : index)]));
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D)
        {
            int[] back = [.. Enumerable.Repeat(-1, x[0].Sizes[axis])];
            for (var i = 0; i < indices.Length; i++)
            {
                if (indices[i] >= 0)
                {
                    back[indices[i]] = i;
                }
            }

            return [D.Take(axis, back)];
        }

        public override string? OnForeign(Node node, ForeignGraph there, string[] x)
        {
            if (!indices.Contains(-1))
            {
                return there.Take(x[0], axis, indices);
            }

            var (sizes, missing) = (node.Operands[0].Sizes, node.Operands[0].Sizes[axis]); // where a 0 is put
            var padded = there.Concat(axis, x[0], there.Constant(sizes.With(axis, 1), [0]));
            return there.Take(padded, axis, [.. indices.Select(index => index < 0 ? missing : index)]);
        }

        public override string Text(Node node, IReadOnlyList<string> x)
        {
            var size = node.Operands[0].Sizes[axis];
            var (zeros, inside) = (Array.FindIndex(indices, i => i >= 0), Array.FindAll(indices, i => i >= 0));
            var isPadding = inside.Length < indices.Length && inside.SequenceEqual(Enumerable.Range(0, size));
            if (isPadding && inside.AsSpan().SequenceEqual(indices.AsSpan(zeros, size)))
            {
                var behind = indices.Length - size - zeros;
                return FormattableString.Invariant($"pad({x[0]}, {zeros}, {behind}{Axes.Told(node.Sizes, axis)})");
            }

            // A part of a part is a part.
            var inner = node.Operands[0];
            while (inner.Operation.IsAlias && inner.Name is null && inner.Operands.Count == 1)
            {
                inner = inner.Operands[0];
            }

            if (inner is { Name: null, Operation: Take from } && from.Along == axis && from.Text(inner, [Mark]) is var told && told.EndsWith(Mark, StringComparison.Ordinal)
                && x[0].StartsWith(told[..^Mark.Length], StringComparison.Ordinal) && indices.All(i => i >= 0))
            {
                var whole = new Node(new Take(axis, [.. indices.Select(i => from.At(i))]), inner.Operands[0]);
                return whole.Operation.Text(whole, [x[0][(told.Length - Mark.Length)..]]);
            }

            var isSlice = indices[0] >= 0 && indices.Zip(indices.Skip(1)).All(i => i.Second == i.First + 1);
            var what = node.Operands[0].Sizes.Count == 2
                ? axis == 1
                ? "columns"
                : "rows"
                : $"entries along axis {axis}";
            var several = indices.Length > 1
                ? FormattableString.Invariant($"{indices.Length} {what}")
                : what.Replace("entries", "entry", StringComparison.Ordinal).Replace("columns", "column", StringComparison.Ordinal).Replace("rows", "row", StringComparison.Ordinal);
            return !isSlice ? $"{what} of {x[0]}"
                : indices[0] == 0 && indices.Length < size ? $"the first {several} of {x[0]}"
                : indices[^1] == size - 1 && indices.Length < size ? $"the last {several} of {x[0]}"
                : indices.Length == 1 ? FormattableString.Invariant($"{several} {indices[0]} of {x[0]}")
                : $"{what} {indices[0]} to {indices[^1]} of {x[0]}";
        }

        public override double[]? Row(Node node, double[][] x)
        {
            if (axis < node.Sizes.Count - 1)
            {
                return indices.Contains(-1) ? null : x[0]; // a row of zeros is another row
            }

            var row = Array.ConvertAll(indices, index => index < 0 ? 0 : x[0][x[0].Length == 1 ? 0 : index]);
            return row.AsSpan().ContainsAnyExcept(row[0]) ? row : [row[0]];
        }

        protected override void Move<T>(Node node, T[][] x, T[] y, int count)
        {
            var from = node.Operands[0].Sizes;
            var (blocks, run) = (count * from.Before(axis), from.Behind(axis));
            for (var block = 0; block < blocks; block++)
            {
                for (var i = 0; i < indices.Length; i++)
                {
                    var to = y.AsSpan((block * indices.Length + i) * run, run);
                    if (indices[i] < 0)
                    {
                        to.Clear();
                    }
                    else
                    {
                        x[0].AsSpan((block * from[axis] + indices[i]) * run, run).CopyTo(to);
                    }
                }
            }
        }
    }
}

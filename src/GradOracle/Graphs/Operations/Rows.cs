using System.Numerics;
using GradOracle.Graphs;
using GradOracle.Numerics;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>Rows of a table by their indices, an embedding: of a V×… table and indices of any sizes the result
        /// has those, then the sizes of a row.</summary>
        /// <remarks>Nothing flows back to the indices; a row that is taken several times gets the sum. An index must be
        /// an integer from 0 to V − 1.</remarks>
        /// <exception cref="InvalidOperationException">The table has no axes.</exception>
        public Node Rows(Node indices)
        {
            ArgumentNullException.ThrowIfNull(indices);
            return new(new Rows(), this, indices.OfIndices());
        }

        // Drawn numbers are no indices: nothing could be taken by them.
        private Node OfIndices() => Operation is Leaf { HoldsNumbers: true }
            ? throw new InvalidOperationException(
                $"{Formula.WithSizes(this)} holds numbers: declare it with Holds.Indices(below: …).")
            : this;
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Rows of a table by their indices.</summary>
    internal sealed class Rows : Operation
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.Count > 0
            ? new([.. x[1].Sizes.AsEnumerable(), .. x[0].Sizes.Skip(1)])
            : throw new InvalidOperationException($"{Formula.WithSizes(x[0])} is no table of rows.");

        public override void Value<T>(Node node, T[][] x, T[] y, int count) => Move(node, x[0], x[1], y, count);

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x)
        {
            var rows = node.Operands[0].Sizes[0];
            foreach (var extreme in (torch.Tensor[])[x[1].min(), x[1].max()])
            {
                // it would be a row of another case
                Index(
                    node.Operands[1],
                    extreme.to(torch.ScalarType.Float64).item<double>(),
                    rows,
                    Formula.WithSizes(node.Operands[0]));
            }

            return x[0].flatten(0, 1).index_select(0, Flat(x[1], rows)).reshape(
                [x[0].shape[0], .. node.Sizes.Select(size => (long)size)]);
        }

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            if (e[0] is not { } errors)
            {
                return false;
            }

            Move(node, errors, x[1], result, count);
            return true;
        }

        // The indices are no numbers to be made larger.
        public override void Magnitude(Node node, double[][] x, double[] y, int count) =>
            Move(node, x[0], x[1], y, count);

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [new(new AddRows(x[0].Sizes), D, x[1]), null];

        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) =>
        [
            new(
                "of an index that comes several times only the last counts in {P}",
                0,
                new(new AddRows(x[0].Sizes, Overwriting.Last), D, x[1])),
            new(
                "of an index that comes several times only the first counts in {P}",
                0,
                new(new AddRows(x[0].Sizes, Overwriting.First), D, x[1])),
            new(
                "of an index that comes several times the mean counts, not the sum, in {P}",
                0,
                new(new AddRows(x[0].Sizes, Overwriting.Mean), D, x[1])),
        ];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0];

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Rows(x[0], x[1]);

        public override string Text(Node node, IReadOnlyList<string> x) => $"{Formula.Factor(x[0])}[{x[1]}]";

        /// <summary>No row is larger than the largest entries of all, and each may be the one that gets
        /// everything.</summary>
        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped)
        {
            Node largest = new(new LargestOver(0, Flow.All), x[0]);
            return largest.Reshaped(Axes.Without(largest.Sizes, 0)).Broadcast(node.Sizes);
        }

        /// <summary>The index that an entry is.</summary>
        /// <exception cref="InvalidOperationException">It is no integer below the limit.</exception>
        public static int Index<T>(Node indices, T value, int below, string what)
            where T : struct, INumberBase<T>
        {
            var index = Elementary.Real(value);
            return index >= 0 && index < below && double.IsInteger(index)
                ? (int)index
                : throw new InvalidOperationException(FormattableString.Invariant(
                    $"{Formula.WithSizes(indices)} has the entry {index}: an index of {what} is an integer from 0 to {below - 1}"));
        }

        /// <summary>The indices of a batch as TorchSharp's, into the rows of all cases, one behind the other.</summary>
        public static torch.Tensor Flat(torch.Tensor indices, int rows)
        {
            var (zero, end) = (TorchScalars.Of(0), TorchScalars.Of(indices.shape[0]));
            var cases = torch.arange(zero, end, TorchScalars.One, torch.ScalarType.Int64)
                .mul(TorchScalars.Of(rows)).to(torch.ScalarType.Int64);
            return indices.detach().to(torch.ScalarType.Int64).flatten(1).add(
                cases.unsqueeze(1), TorchScalars.One).flatten();
        }

        private static void Move<T, TIndex>(Node node, T[] table, TIndex[] indices, T[] y, int count)
            where T : struct
            where TIndex : struct, INumberBase<TIndex>
        {
            var rows = node.Operands[0].Sizes[0];
            var (run, perCase) = (node.Operands[0].Sizes.Length / rows, indices.Length / count);
            for (var i = 0; i < indices.Length; i++)
            {
                var row = i / perCase * rows
                    + Index(node.Operands[1], indices[i], rows, Formula.WithSizes(node.Operands[0]));
                table.AsSpan(row * run, run).CopyTo(y.AsSpan(i * run));
            }
        }
    }
}

using System.Numerics.Tensors;
using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The matrix product: r×d times d×c. Of tensors of higher rank it is that of the last two axes, for
        /// all leading ones, which are broadcast.</summary>
        /// <exception cref="InvalidOperationException">The inner sizes differ, or one has fewer than two
        /// axes.</exception>
        public static Node operator *(Node left, Node right)
        {
            ArgumentNullException.ThrowIfNull(left);
            ArgumentNullException.ThrowIfNull(right);
            return left.Sizes.Count <= 2 && right.Sizes.Count <= 2
                ? new(new Product(), left, right)
                : Batched(left, right);
        }

        private static Node Batched(Node left, Node right)
        {
            var isFit = left.Sizes.Count >= 2 && right.Sizes.Count >= 2 && left.Sizes.Columns == right.Sizes.Rows;
            if (!isFit || Entrywise.Together(Leading(left), Leading(right)) is not { } leading)
            {
                throw Graphs.Product.Misfit(left, right);
            }

            return new(
                new Product(),
                left.Broadcast(new([.. leading.AsEnumerable(), left.Sizes.Rows, left.Sizes.Columns])),
                right.Broadcast(new([.. leading.AsEnumerable(), right.Sizes.Rows, right.Sizes.Columns])));
        }

        private static Sizes Leading(Node node) => new([.. node.Sizes.Take(node.Sizes.Count - 2)]);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The matrix product.</summary>
    /// <remarks>
    /// A contraction over length d costs a term d roundings (one product and d − 1 additions), whatever the order of
    /// summation: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., §3.1.
    /// </remarks>
    internal sealed class Product : Operation
    {
        public override bool IsProduct => true;

        public override bool Contracts => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x)
        {
            var (left, right) = (x[0].Sizes, x[1].Sizes);
            return left.Count < 2 || left.Count != right.Count || left.Columns != right.Rows ? throw Misfit(x[0], x[1])
                : left.Count == 2 ? new(left.Rows, right.Columns)
                : left.Take(left.Count - 2)
                    .SequenceEqual(right.Take(left.Count - 2)) ? left.With(left.Count - 1, right.Columns)
                : throw Misfit(x[0], x[1]);
        }

        public static InvalidOperationException Misfit(Node left, Node right) =>
            new($"{Formula.WithSizes(left)} times {Formula.WithSizes(right)} cannot be multiplied.");

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var (rows, inner, columns) = Lengths(node);
            count = y.Length / (rows * columns); // leading axes are more matrices
            y.AsSpan().Clear();
            if (x is double[][] doubles)
            {
                RowMajor.AddProducts<double>((double[])(object)y, doubles[0], doubles[1], count, rows, inner, columns);
                return;
            }

            for (var s = 0; s < count; s++)
            {
                var A = x[0].AsSpan(s * rows * inner, rows * inner);
                var B = x[1].AsSpan(s * inner * columns, inner * columns);
                var C = y.AsSpan(s * rows * columns, rows * columns);
                for (var i = 0; i < rows; i++)
                {
                    for (var k = 0; k < inner; k++)
                    {
                        for (var j = 0; j < columns; j++)
                        {
                            C[i * columns + j] += A[i * inner + k] * B[k * columns + j];
                        }
                    }
                }
            }
        }

        // The same product as matmul's, without its views, each of which autograd goes back through.
        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            node.Sizes.Count == 2 ? x[0].bmm(x[1]) : x[0].matmul(x[1]);

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            var (rows, inner, columns) = Lengths(node);
            return ProductError.Of(rounding, x, e, result, (y.Length / (rows * columns), rows, inner, columns));
        }

        /// <summary>|A||B|/√d: d terms, each rounded on its own.</summary>
        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count)
        {
            Magnitude(node, [.. x.Select(values => Array.ConvertAll(values, Math.Abs))], result, count);
            TensorPrimitives.Divide(result, Math.Sqrt(node.Operands[0].Sizes.Columns), result);
            return true;
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [D * x[1].Transposed(), x[0].Transposed() * D];

        /// <summary>A loop that overwrites where it should add up.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
        {
            var (rows, columns) = (D.Sizes.Count - 2, D.Sizes.Count - 1);
            foreach (var (which, isLast) in ((string, bool)[])[("last", true), ("first", false)])
            {
                Node Part(Node of, int axis) => of.Slice(axis, isLast ? of.Sizes[axis] - 1 : 0, 1);
                var words = $"{{P}} has only the {which} term of its sum";
                if (x[0].Sizes.Count == D.Sizes.Count)
                {
                    yield return new(words, 1, Part(x[0], rows).Transposed() * Part(D, rows));
                }

                if (x[1].Sizes.Count == D.Sizes.Count)
                {
                    yield return new(words, 0, Part(D, columns) * Part(x[1], columns).Transposed());
                }
            }
        }

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
            x[0].Times(x[1]).Plus(1).Summed(node.Operands[0].Sizes.Columns - 1);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Product(x[0], x[1]);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            $"{Formula.Factor(x[0])} {Formula.Factor(x[1])}";

        public override double Uniform(Node node, ReadOnlySpan<double> x) =>
            node.Operands[0].Sizes.Columns * (x[0] * x[1]);

        /// <summary>The same product, a transposed factor taken as it lies.</summary>
        public override Node Fused(Node node) => (node.Operands[0], node.Operands[1]) switch
        {
            _ when node.Sizes.Count > 2 => node,
            ({ Operation: Transpose } left, var right) => new(new LeftTransposedProduct(), left.Operands[0], right),
            (var left, { Operation: Transpose } right) => new(new RightTransposedProduct(), left, right.Operands[0]),
            _ => node,
        };

        private static (int Rows, int Inner, int Columns) Lengths(Node node) =>
            (node.Sizes.Rows, node.Operands[0].Sizes.Columns, node.Sizes.Columns);
    }
}

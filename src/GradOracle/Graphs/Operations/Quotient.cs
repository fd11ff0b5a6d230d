using System.Numerics.Tensors;
using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The quotient entry by entry, of two values, broadcast as in NumPy.</summary>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public static Node operator /(Node left, Node right) => Entrywise.Of(new Quotient(), left, right);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The quotient entry by entry.</summary>
    internal sealed class Quotient : Operation
    {
        public override bool StartsTerms => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => Entrywise.SizesOf(x);

        public override void Value<T>(Node node, T[][] x, T[] y, int count) =>
            TensorPrimitives.Divide<T>(x[0], x[1], y);

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].div(x[1]);

        /// <summary>Over denominators no smaller than |b| − 2e: unbounded where that reaches 0.</summary>
        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            for (var j = 0; j < result.Length; j++)
            {
                var (ea, eb) = (e[0]?[j] ?? 0, e[1]?[j] ?? 0);
                var (a, b) = (Math.Abs(x[0][j]) + 2 * ea, Math.Abs(x[1][j]) - 2 * eb);
                result[j] = a == 0 && b > 0 ? 0
                    : b > 0 ? (ea + a / b * eb) / b + rounding.Unit * (a / b) + rounding.Underflow
                    : double.PositiveInfinity;
            }

            return true;
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D)
        {
            var left = D / x[1];
            return [left, left.Hadamard(node).Scaled(-1)];
        }

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
            TermCount.Smooth(x[0].Roundings + x[1].Roundings + 1);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Divide, x);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            $"{Formula.Factor(x[0])} / {Formula.Factor(x[1])}";
    }
}

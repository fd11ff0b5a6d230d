using System.Numerics.Tensors;
using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The product entry by entry, of two values, broadcast as in NumPy.</summary>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public Node Hadamard(Node other) => Entrywise.Of(new Hadamard(), this, other);

        /// <summary>The square of every entry.</summary>
        public Node Squared() => Hadamard(this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The product entry by entry.</summary>
    internal sealed class Hadamard : Operation
    {
        public override bool Contracts => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => Entrywise.SizesOf(x);

        public override void Value<T>(Node node, T[][] x, T[] y, int count) =>
            TensorPrimitives.Multiply<T>(x[0], x[1], y);

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].mul(x[1]);

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            for (var j = 0; j < result.Length; j++)
            {
                var (ea, eb) = (e[0]?[j] ?? 0, e[1]?[j] ?? 0);
                var (a, b) = (Math.Abs(x[0][j]) + 2 * ea, Math.Abs(x[1][j]) + 2 * eb);
                result[j] = a == 0 || b == 0 ? 0 : a * eb + ea * b + rounding.Unit * a * b + rounding.Underflow;
            }

            return true;
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [D.Hadamard(x[1]), D.Hadamard(x[0])];

        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
        {
            foreach (var to in (int[])[0, 1])
            {
                string At(int i) => Formula.Shortened(Formula.Of(x[i]));
                yield return new($"the factor {At(1 - to)} is missing in {{P}}", to, D);
                yield return new(
                    $"the factor {At(to)} stands in place of {At(1 - to)} in {{P}}", to, D.Hadamard(x[to]));
            }
        }

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Times(x[1]).Plus(1);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Multiply, x);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            $"{Formula.Factor(x[0])} ∘ {Formula.Factor(x[1])}";

        public override bool IsEntrywise => true;

        public override double Uniform(Node node, ReadOnlySpan<double> x) => x[0] * x[1];
    }
}

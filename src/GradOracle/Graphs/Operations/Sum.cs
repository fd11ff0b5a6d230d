using System.Numerics.Tensors;
using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The sum of two values, broadcast as in NumPy.</summary>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public static Node operator +(Node left, Node right) => Entrywise.Of(new Sum(), left, right);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The sum of two.</summary>
    internal sealed class Sum : Operation
    {
        public override bool PassesAdjointOn => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => Entrywise.SizesOf(x);

        public override void Value<T>(Node node, T[][] x, T[] y, int count) => TensorPrimitives.Add<T>(x[0], x[1], y);

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].add(x[1], TorchScalars.One);

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count) =>
            Entrywise.ErrorOfSum(rounding, e, y, result);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D, D];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Add(x[1]);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Add, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"({x[0]} + {x[1]})";

        public override bool IsEntrywise => true;

        public override double Uniform(Node node, ReadOnlySpan<double> x) => x[0] + x[1];
    }
}

using System.Numerics.Tensors;
using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The difference of two values, broadcast as in NumPy.</summary>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public static Node operator -(Node left, Node right) => Entrywise.Of(new Difference(), left, right);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The difference of two.</summary>
    internal sealed class Difference : Operation
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x) => Entrywise.SizesOf(x);

        public override void Value<T>(Node node, T[][] x, T[] y, int count) =>
            TensorPrimitives.Subtract<T>(x[0], x[1], y);

        // the factor is exact
        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].add(x[1], TorchScalars.MinusOne);

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count) =>
            Entrywise.ErrorOfSum(rounding, e, y, result);

        public override void Magnitude(Node node, double[][] x, double[] y, int count) =>
            TensorPrimitives.Add<double>(x[0], x[1], y);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D, D.Scaled(-1)];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Add(x[1]);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Subtract, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"({x[0]} − {x[1]})";

        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => x[0] + x[1];
    }
}

using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The largest entry along an axis, which has size 1 afterwards, taken as a constant: nothing flows back through it.</summary>
        internal Node LargestOver(int axis) => new(new LargestOver(axis), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The largest entry along an axis (of complex numbers, by their real parts), as a constant to subtract.</summary>
    internal sealed class LargestOver(int axis) : Operation
    {
        public override bool StartsTerms => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.With(axis, 1);

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var targets = SumOver.Targets(node.Operands[0].Sizes, node.Sizes);
            for (var j = x[0].Length - 1; j >= 0; j--)
            {
                var to = j / targets.Length * node.Sizes.Length + targets[j % targets.Length];
                var isLast = (j % targets.Length / node.Operands[0].Sizes.Behind(axis)) % node.Operands[0].Sizes[axis] == node.Operands[0].Sizes[axis] - 1;
                y[to] = isLast || !(Elementary.Real(x[0][j]) < Elementary.Real(y[to])) ? x[0][j] : y[to];
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].detach().amax([axis + 1L], keepdim: true);

        public override bool Error(Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            if (e[0] is not { } errors)
            {
                return false;
            }

            var targets = SumOver.Targets(node.Operands[0].Sizes, node.Sizes);
            result.AsSpan().Clear();
            for (var j = 0; j < errors.Length; j++)
            {
                ref var largest = ref result[j / targets.Length * node.Sizes.Length + targets[j % targets.Length]];
                largest = Math.Max(largest, errors[j]);
            }

            return true;
        }

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [null];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Plus(0) with { Degree = -1 };

        public override string Text(Node node, IReadOnlyList<string> x) => $"max({x[0]})";
    }
}

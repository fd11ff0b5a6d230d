using System.Numerics.Tensors;
using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The sums over some axes, which have size 1 afterwards.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node SumOver(params IReadOnlyList<int> axes) => axes.Count == 0 ? this : new(new SumOver(axes), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Sums over axes.</summary>
    internal sealed class SumOver(IReadOnlyList<int> axes) : Operation
    {
        public override bool Contracts => true;

        /// <summary>For each entry of large sizes, the entry of small ones (1 where the axes differ) that it is summed into, or comes from.</summary>
        public static int[] Targets(Sizes large, Sizes small)
        {
            var targets = new int[large.Length];
            var (stride, period) = (1, 1);
            for (var axis = large.Count - 1; axis >= 0; axis--)
            {
                if (small[axis] > 1)
                {
                    for (var j = 0; j < targets.Length; j++)
                    {
                        targets[j] += j / period % large[axis] * stride;
                    }
                }

                stride *= small[axis];
                period *= large[axis];
            }

            return targets;
        }

        public override Sizes SizesOf(IReadOnlyList<Node> x) => axes.All(axis => axis >= 0 && axis < x[0].Sizes.Count)
            ? axes.Aggregate(x[0].Sizes, (sizes, axis) => sizes.With(axis, 1))
            : throw new InvalidOperationException($"{x[0].Sizes} has no axis {axes.First(axis => axis < 0 || axis >= x[0].Sizes.Count)}: axes are counted from 0.");

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var targets = Targets(node.Operands[0].Sizes, node.Sizes);
            y.AsSpan().Clear();
            for (var s = 0; s < count; s++)
            {
                for (var j = 0; j < targets.Length; j++)
                {
                    y[s * node.Sizes.Length + targets[j]] += x[0][s * targets.Length + j];
                }
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].sum([.. axes.Select(axis => axis + 1L)], keepdim: true);

        /// <summary>γ_(d−1) Σ|a| for the additions of d entries, and the errors of all.</summary>
        public override bool Error(Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            var targets = Targets(node.Operands[0].Sizes, node.Sizes);
            var gamma = rounding.Gamma(Terms(node) - 1);
            result.AsSpan().Clear();
            for (var s = 0; s < count; s++)
            {
                for (var j = 0; j < targets.Length; j++)
                {
                    var at = s * targets.Length + j;
                    var error = e[0]?[at] ?? 0;
                    result[s * node.Sizes.Length + targets[j]] += error + gamma * (Math.Abs(x[0][at]) + 2 * error);
                }
            }

            return true;
        }

        /// <summary>Σ|a|/√d: d terms, each sum of some rounded on its own.</summary>
        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count)
        {
            Magnitude(node, [Array.ConvertAll(x[0], Math.Abs)], result, count);
            TensorPrimitives.Divide(result, Math.Sqrt(Terms(node)), result);
            return true;
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D.Broadcast(x[0].Sizes)];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Repeated(Terms(node));

        public override string Text(Node node, IReadOnlyList<string> x) => axes is [1] && node.Sizes.Count == 2 ? $"Σ_b {x[0]}" : $"Σ {x[0]}"; // columns are examples

        public override double Uniform(Node node, ReadOnlySpan<double> x) => Terms(node) * x[0];

        private static int Terms(Node node) => node.Operands[0].Sizes.Length / node.Sizes.Length;
    }
}

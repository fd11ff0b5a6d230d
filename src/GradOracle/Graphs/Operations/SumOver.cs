using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The sums along an axis, which is gone afterwards or, to be broadcast again, of size 1.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node Sum(int axis, bool keepDims = false) => Sum([axis], keepDims);

        /// <summary>The sums over some axes.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node Sum(IReadOnlyList<int> axes, bool keepDims = false) => SumOver(axes).Dropped(axes, keepDims, this);

        /// <summary>The sums over some axes, which have size 1 afterwards.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node SumOver(params IReadOnlyList<int> axes) =>
            axes.Count == 0 ? this : new(new SumOver(Axes.Of(this, axes)), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Sums over axes.</summary>
    internal sealed class SumOver(IReadOnlyList<int> axes) : Adding
    {
        /// <summary>The axes.</summary>
        public IReadOnlyList<int> Along => axes;

        /// <summary>For each entry of large sizes, the entry of small ones (1 where the axes differ) that it is summed
        /// into, or comes from.</summary>
        public static int[] TargetsOf(Sizes large, Sizes small)
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

        public override Sizes SizesOf(IReadOnlyList<Node> x) =>
            Axes.Of(x[0], axes).Aggregate(x[0].Sizes, (sizes, axis) => sizes.With(axis, 1));

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            x[0].sum([.. axes.Select(axis => axis + 1L)], keepdim: true);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [D.Broadcast(x[0].Sizes)];

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Sum(x[0], axes);

        public override string Text(Node node, IReadOnlyList<string> x) => // columns are examples
            node.Sizes.Count != 2 ? $"Σ_{string.Join(",", axes)} {x[0]}" : axes is [1] ? $"Σ_b {x[0]}" : $"Σ {x[0]}";

        protected override int[] Targets(Sizes from, Sizes to) => TargetsOf(from, to);

        protected override int Terms(Node node) => node.Operands[0].Sizes.Length / node.Sizes.Length;
    }
}

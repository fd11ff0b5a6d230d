using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The sums of each entry and all before it along an axis.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node CumulativeSum(int axis) => new(new CumulativeSum(Axes.Of(this, axis), isFromTheEnd: false), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The sums of each entry and all before it along an axis, or, which flows back, all behind it.</summary>
    internal sealed class CumulativeSum(int axis, bool isFromTheEnd) : Operation
    {
        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            foreach (var (at, before) in Steps(node, count))
            {
                y[at] = before < 0 ? x[0][at] : y[before] + x[0][at];
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            isFromTheEnd ? x[0].flip(axis + 1L).cumsum(axis + 1L).flip(axis + 1L) : x[0].cumsum(axis + 1L);

        /// <summary>γ_(d−1) Σ|a| for the additions, however they are done, and the errors of all.</summary>
        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            var gamma = rounding.Gamma(node.Sizes[axis] - 1);
            foreach (var (at, before) in Steps(node, count))
            {
                var error = e[0]?[at] ?? 0;
                result[at] = error + gamma * (Math.Abs(x[0][at]) + 2 * error) + (before < 0 ? 0 : result[before]);
            }

            return true;
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [new(new CumulativeSum(axis, !isFromTheEnd), D)];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Repeated(node.Sizes[axis]);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.CumulativeSum(x[0], axis, isFromTheEnd);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            $"cumsum({x[0]}{Axes.Told(node.Sizes, axis)}{(isFromTheEnd ? ", from the end" : "")})";

        // Every entry, and the one whose sum it is added to; −1 where there is none.
        private IEnumerable<(int At, int Before)> Steps(Node node, int count)
        {
            var (lines, run, size) = LargestOver.Lines(node, axis, count);
            for (var line = 0; line < lines; line++)
            {
                for (var i = 0; i < size; i++)
                {
                    var index = isFromTheEnd ? size - 1 - i : i;
                    for (var j = 0; j < run; j++)
                    {
                        var at = (line * size + index) * run + j;
                        yield return (at, i == 0 ? -1 : isFromTheEnd ? at + run : at - run);
                    }
                }
            }
        }
    }
}

using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The larger of two, entry by entry, both broadcast; where they are equal each gets half of the
        /// adjoint, as in TorchSharp.</summary>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public Node Maximum(Node other) => Entrywise.Of(new Extremum(isLargest: true), this, other);

        /// <summary>The smaller of two, entry by entry, both broadcast; where they are equal each gets half of the
        /// adjoint, as in TorchSharp.</summary>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public Node Minimum(Node other) => Entrywise.Of(new Extremum(isLargest: false), this, other);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The larger or the smaller of two, by their real parts.</summary>
    internal sealed class Extremum(bool isLargest) : Operation
    {
        public override bool StartsTerms => true;

        public override bool IsEntrywise => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => Entrywise.SizesOf(x);

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                var (a, b) = (x[0][j], x[1][j]);
                y[j] = T.IsNaN(b) || (isLargest ? Elementary.Compare(a, b) < 0 : Elementary.Compare(a, b) > 0) ? b : a;
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            isLargest ? x[0].maximum(x[1]) : x[0].minimum(x[1]);

        /// <summary>The larger of both errors: an extremum moves no further than what it is of.</summary>
        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            for (var j = 0; j < result.Length; j++)
            {
                result[j] = Math.Max(e[0]?[j] ?? 0, e[1]?[j] ?? 0);
            }

            return e[0] is not null || e[1] is not null;
        }

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D)
        {
            var first = new Node(new Greater(), x[isLargest ? 0 : 1], x[isLargest ? 1 : 0]);
            var second = new Node(new Greater(), x[isLargest ? 1 : 0], x[isLargest ? 0 : 1]);
            return [D.Hadamard(first), D.Hadamard(second)];
        }

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
            x[0].Or(x[1]).Plus(0) with { Degree = -1 };

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(isLargest ? ForeignStep.Maximum : ForeignStep.Minimum, x);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            $"{(isLargest ? "max" : "min")}({x[0]}, {x[1]})";

        /// <summary>Neither is larger than the sum of both sizes, and either may get the adjoint.</summary>
        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => x[0] + x[1];
    }

    /// <summary>1 where the first of two is larger, ½ where they are equal, else 0: what an extremum sends
    /// on.</summary>
    internal sealed class Greater : Operation
    {
        public override bool StartsTerms => true;

        public override bool IsEntrywise => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => Entrywise.SizesOf(x);

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var half = T.One / (T.One + T.One);
            for (var j = 0; j < y.Length; j++)
            {
                var order = Elementary.Compare(x[0][j], x[1][j]);
                y[j] = order > 0 ? T.One : order == 0 ? half : T.Zero;
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            x[0].add(x[1], Torch.TorchScalars.MinusOne).sign().add(
                Torch.TorchScalars.One, Torch.TorchScalars.One).mul(Torch.TorchScalars.Of(0.5)).detach();

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            for (var j = 0; j < result.Length; j++)
            {
                var apart = 2 * ((e[0]?[j] ?? 0) + (e[1]?[j] ?? 0));
                result[j] = apart > 0 && !(Math.Abs(x[0][j] - x[1][j]) > apart) ? 1 : 0;
            }

            return e[0] is not null || e[1] is not null;
        }

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [null, null];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => new(0, 1, -1);

        public override string Text(Node node, IReadOnlyList<string> x) => $"[{x[0]} > {x[1]}]";

        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => Constant.Of(node.Sizes, 1);
    }
}

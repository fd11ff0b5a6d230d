using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>Each entry where the mask is not 0, and else that of the other; all three are broadcast.</summary>
        /// <remarks>Nothing flows back to the mask.</remarks>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public Node Where(Node mask, Node other)
        {
            var sizes = Entrywise.Together(Broadcast(Entrywise.Together(this, mask)), other);
            return new(new Where(), mask.Broadcast(sizes), Broadcast(sizes), other.Broadcast(sizes));
        }

        /// <summary>Each entry where the mask is not 0, and else a number: −∞ ahead of a softmax leaves what is masked
        /// out of it.</summary>
        /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1.</exception>
        public Node Where(Node mask, double other) => Where(mask, Constant.Of(Sizes, other));
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Entries of one or of another, by a mask that comes first.</summary>
    internal sealed class Where : Operation
    {
        public override bool StartsTerms => true;

        public override bool IsEntrywise => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[1].Sizes;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = T.IsZero(x[0][j]) ? x[2][j] : x[1][j];
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            torch.where(x[0].ne(TorchScalars.Of(0)), x[1], x[2]);

        /// <summary>The error of what is chosen; where the mask may be 0 or not, the other may be chosen too.</summary>
        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            if (Array.TrueForAll(e, error => error is null))
            {
                return false;
            }

            for (var j = 0; j < result.Length; j++)
            {
                var (mask, left, right) = (e[0]?[j] ?? 0, e[1]?[j] ?? 0, e[2]?[j] ?? 0);
                result[j] = mask > 0 && Math.Abs(x[0][j]) <= 2 * mask
                    ? Math.Abs(x[1][j] - x[2][j]) + left + right
                    : x[0][j] == 0 ? right : left;
            }

            return true;
        }

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D)
        {
            var zero = Constant.Of(D.Sizes, 0);
            return [null, new(this, x[0], D, zero), new(this, x[0], zero, D)];
        }

        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) =>
        [
            new("the mask is missing in {P}", 1, D),
            new("the mask is missing in {P}", 2, D),
            new("the mask is the other way round in {P}", 1, new(this, x[0], Constant.Of(D.Sizes, 0), D)),
        ];

        /// <summary>Everything unmasked.</summary>
        public override IEnumerable<Misreading> Misreadings(Node node) =>
            [new("the mask is missing in {P}", node.Operands[1])];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
            x[1].Or(x[2]).Plus(0) with { Degree = -1 };

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Choose, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"where({x[0]}, {x[1]}, {x[2]})";

        /// <summary>Neither is larger than the sum of both sizes, and either may get the adjoint.</summary>
        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) => x[1] + x[2];
    }
}

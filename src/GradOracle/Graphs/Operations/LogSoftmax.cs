using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The logarithm of the softmax along an axis: <c>a_i − ln Σ_j exp a_j</c>.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node LogSoftmax(int axis)
        {
            axis = Axes.Of(this, axis);
            var shifted = this - LargestOver(axis).Broadcast(Sizes);
            var body = shifted - shifted.Exp().SumOver(axis).Log().Broadcast(Sizes);
            return new(new LogSoftmax(axis), body, this);
        }

        /// <summary>The softmax along an axis: <c>exp a_i / Σ_j exp a_j</c>, each the larger the larger a is, together
        /// 1.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node Softmax(int axis)
        {
            axis = Axes.Of(this, axis);
            var e = (this - LargestOver(axis).Broadcast(Sizes)).Exp();
            return new(
                new NamedFunction(
                    "softmax", x => x[0].softmax(axis + 1L), Axes.Told(Sizes, axis), FlowingBack, slips: NearlyThat),
                e / e.SumOver(axis).Broadcast(Sizes),
                this);

            Node FlowingBack(Node Y, Node D) => Y.Hadamard(D - Along(D.Hadamard(Y)));
            Node Along(Node of) => of.SumOver(axis).Broadcast(of.Sizes);
            IEnumerable<Slip> NearlyThat(Node Y, Node D) =>
            [
                new("the softmax is not multiplied in, in front of the difference, in {P}", 1,
                    D - Along(D.Hadamard(Y))),
                new("the sum is of the adjoint alone, without the softmax as its factor, in {P}", 1,
                    Y.Hadamard(D - Along(D))),
                new("the sum is not multiplied by the softmax in {P}", 1, Y.Hadamard(D) - Along(D.Hadamard(Y))),
                new("the sum is added, not taken off, in {P}", 1, Y.Hadamard(D + Along(D.Hadamard(Y)))),
            ];
        }

        /// <summary>ln Σ exp a along an axis, which is gone afterwards or, to be broadcast again, of size 1.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node LogSumExp(int axis, bool keepDims = false)
        {
            axis = Axes.Of(this, axis);
            var largest = LargestOver(axis);
            var body = (this - largest.Broadcast(Sizes)).Exp().SumOver(axis).Log() + largest;
            var function = new NamedFunction(
                "logsumexp", x => x[0].logsumexp(axis + 1L, keepdim: true), Axes.Told(Sizes, axis));
            return new Node(function, body, this).Dropped([axis], keepDims, this);
        }

        /// <summary>ln Σ exp a over some axes.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node LogSumExp(IReadOnlyList<int> axes, bool keepDims = false) => Axes.Of(this, axes)
            .Reverse().Aggregate(
                this, (node, axis) => node.LogSumExp(axis, keepDims: true)).Dropped(axes, keepDims, this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The logarithm of the softmax along an axis: a function with a body, a name, and one TorchSharp
    /// call.</summary>
    /// <remarks>
    /// It may also be evaluated as <c>a − (max + ln Σ)</c>, whose roundings are relative to the largest |a| along the
    /// axis: they are added to those of the body. The adjoint is <c>D − σ ∘ ΣD</c> with <c>σ = exp(result)</c>, as
    /// TorchSharp has it; any softmax of the body's steps is nearer to the exact one (compare Blanchard, Higham and
    /// Higham, "Accurately computing the log-sum-exp and softmax functions", IMA Journal of Numerical Analysis 41,
    /// 2021).
    /// </remarks>
    internal sealed class LogSoftmax(int axis) : Function
    {
        private const int RoundingsOfTheOtherForm = 4;

        public override bool SharesError => false;

        public override bool StartsTerms => true;

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].log_softmax(axis + 1L);

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            var (lines, run, size) = LargestOver.Lines(node, axis, count);
            for (var line = 0; line < lines * run; line++)
            {
                var first = line / run * size * run + line % run;
                var magnitude = 0.0;
                for (var at = first; at < first + size * run; at += run)
                {
                    magnitude = double.IsInfinity(x[1][at])
                        ? magnitude
                        : Math.Max(magnitude, Math.Abs(x[1][at]) + 2 * (e[1]?[at] ?? 0));
                }

                for (var at = first; at < first + size * run; at += run)
                {
                    result[at] = (e[0]?[at] ?? 0) + RoundingsOfTheOtherForm * rounding.Unit * magnitude;
                }
            }

            return true;
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [null, D - node.Exp().Hadamard(D.SumOver(axis).Broadcast(D.Sizes))];

        public override string Text(Node node, IReadOnlyList<string> x) =>
            $"log_softmax({x[1]}{Axes.Told(node.Sizes, axis)})";
    }
}

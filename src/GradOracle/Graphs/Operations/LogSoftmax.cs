using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The logarithm of the softmax of every column of a matrix: <c>a_i − ln Σ_j exp a_j</c>.</summary>
        public Node LogSoftmaxOfColumns()
        {
            var shifted = this - LargestOver(0).Broadcast(Sizes);
            var body = shifted - shifted.Exp().SumOver(0).Log().Broadcast(Sizes);
            return new(new LogSoftmax(), body, this);
        }
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The logarithm of the softmax of every column: a function with a body, a name, and one TorchSharp call.</summary>
    /// <remarks>
    /// It may also be evaluated as <c>a − (max + ln Σ)</c>, whose roundings are relative to the largest |a| of the column: they are added to those of the body. The adjoint is
    /// <c>D − σ ∘ ΣD</c> with <c>σ = exp(result)</c>, as TorchSharp has it; any softmax of the body's steps is nearer to the exact one (compare Blanchard, Higham and Higham,
    /// "Accurately computing the log-sum-exp and softmax functions", IMA Journal of Numerical Analysis 41, 2021).
    /// </remarks>
    internal sealed class LogSoftmax : Function
    {
        private const int RoundingsOfTheOtherForm = 4;

        public override bool SharesError => false;

        public override bool StartsTerms => true;

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].log_softmax(-2);

        public override bool Error(Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            var (rows, columns) = (node.Sizes.Rows, node.Sizes.Columns);
            for (var column = 0; column < count * columns; column++)
            {
                var top = column / columns * node.Sizes.Length + column % columns;
                var magnitude = 0.0;
                for (var at = top; at < top + rows * columns; at += columns)
                {
                    magnitude = Math.Max(magnitude, Math.Abs(x[1][at]) + 2 * (e[1]?[at] ?? 0));
                }

                for (var at = top; at < top + rows * columns; at += columns)
                {
                    result[at] = (e[0]?[at] ?? 0) + RoundingsOfTheOtherForm * rounding.Unit * magnitude;
                }
            }

            return true;
        }

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [null, D - node.Exp().Hadamard(D.SumOver(0).Broadcast(D.Sizes))];

        public override string Text(Node node, IReadOnlyList<string> x) => $"log_softmax({x[1]})";
    }
}

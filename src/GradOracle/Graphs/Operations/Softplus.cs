using System.Numerics;
using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>ln(1 + eᵃ) of every entry. TorchSharp's softplus takes a itself from 20 on, which is off by
        /// 2e-9 there; this one does not.</summary>
        public Node Softplus() => new(new Softplus(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>ln(1 + eᵃ), with the logistic function as its slope.</summary>
    internal sealed class Softplus : Elementwise
    {
        protected override int Ulps => 2 * LibraryUlps;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = x[0][j] is Complex z
                    ? T.CreateTruncating(Complex.Log(1 + Complex.Exp(z)))
                    : T.CreateTruncating(Of(double.CreateTruncating(x[0][j])));
            }
        }

        // The same as softplus, which makes scalars of its own that may be collected while it reads them.
        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].neg().log_sigmoid().neg();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x)
        {
            var size = there.Entrywise(ForeignStep.Absolute, x);
            var minus = there.Entrywise(ForeignStep.Subtract, there.Number(0), size);
            var e = there.Entrywise(ForeignStep.Exponential, minus);
            var sum = there.Entrywise(ForeignStep.Add, e, there.Number(1));
            var rest = there.Entrywise(ForeignStep.Subtract, sum, there.Number(1)); // as in Of
            var log = there.Entrywise(ForeignStep.Logarithm, sum);
            var exact = there.Entrywise(ForeignStep.Multiply, log, there.Entrywise(ForeignStep.Divide, e, rest));
            var positive = there.Entrywise(ForeignStep.Maximum, x[0], there.Number(0));
            return there.Entrywise(ForeignStep.Add, positive, there.Entrywise(ForeignStep.Choose, rest, exact, e));
        }

        public override string Text(Node node, IReadOnlyList<string> x) => $"softplus({x[0]})";

        protected override double Largest(double low, double high) => Of(high);

        protected override double Change(double low, double high, double error) =>
            Elementary.Sigmoid(high) * (1 + 1e-12) * error;

        protected override Node Derivative(Node node, Node a) => a.Sigmoid();

        private static double Of(double a)
        {
            var e = Elementary.Exp(-Math.Abs(a));
            var sum = 1 + e;
            // ln(1 + e) without the rounding of 1 + e (Kahan)
            var log = sum == 1 ? e : Elementary.Log(sum) * (e / (sum - 1));
            return Math.Max(a, 0) + log;
        }
    }
}

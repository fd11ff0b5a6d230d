using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>1/(1 + e⁻ᵃ) of every entry.</summary>
        public Node Sigmoid() => new(new Sigmoid(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The logistic function σ, with the slope σ (1 − σ).</summary>
    internal sealed class Sigmoid : Elementwise
    {
        protected override int Ulps => LibraryUlps;

        // 1/(1 + e⁻ᵃ) is 0 where e⁻ᵃ overflows.
        protected override double Lost(Rounding rounding) => rounding.SmallestNormal;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = Elementary.Sigmoid(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].sigmoid();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Logistic, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"σ({x[0]})";

        protected override double Largest(double low, double high) => Elementary.Sigmoid(high);

        // The slope is largest at the point nearest to 0.
        protected override double Change(double low, double high, double error)
        {
            var h = Elementary.Sigmoid(low > 0 ? low : high < 0 ? high : 0);
            return h * (1 - h) * (1 + 1e-12) * error;
        }

        protected override Node Derivative(Node node, Node a) => node.Hadamard(Constant.Of(node.Sizes, 1) - node);
    }
}

using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The hyperbolic tangent of every entry.</summary>
        public Node Tanh() => new(new Tanh(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>tanh a, with the slope 1 − tanh² a.</summary>
    internal sealed class Tanh : Elementwise
    {
        protected override int Ulps => LibraryUlps;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = Elementary.Tanh(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].tanh();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.HyperbolicTangent, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"tanh({x[0]})";

        protected override double Largest(double low, double high) =>
            Math.Min(1, Math.Max(Math.Abs(low), Math.Abs(high)));

        // The slope is largest at the point nearest to 0.
        protected override double Change(double low, double high, double error)
        {
            var nearest = low > 0 ? low : high < 0 ? high : 0;
            var h = Elementary.Tanh(nearest) * (1 - 1e-12);
            return (1 - h * h) * error;
        }

        protected override Node Derivative(Node node, Node a) => Constant.Of(node.Sizes, 1) - node.Hadamard(node);
    }
}

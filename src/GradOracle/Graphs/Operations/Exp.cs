using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>eᵃ of every entry.</summary>
        public Node Exp() => new(new Exp(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>eᵃ, which is its own slope.</summary>
    internal sealed class Exp : Elementwise
    {
        protected override int Ulps => LibraryUlps;

        // Vectorised libraries have no denormal results.
        protected override double Lost(Rounding rounding) => rounding.SmallestNormal;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = Elementary.Exp(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].exp();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Exponential, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"exp({x[0]})";

        protected override double Largest(double low, double high) => Elementary.Exp(high);

        protected override double Change(double low, double high, double error) => Elementary.Exp(high) * error;

        protected override Node Derivative(Node node, Node a) => node;
    }
}

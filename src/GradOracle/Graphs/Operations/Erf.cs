using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The error function of every entry: <c>2/√π ∫₀ᵃ exp(−t²) dt</c>.</summary>
        public Node Erf() => new(new Erf(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>The error function, with the slope 2/√π exp(−a²).</summary>
    internal sealed class Erf : Elementwise
    {
        private static readonly double s_slope = 2 / Math.Sqrt(Math.PI);

        protected override int Ulps => LibraryUlps;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = T.CreateTruncating(ErrorFunction.Of(double.CreateTruncating(x[0][j])));
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].erf();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.ErrorFunction, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"erf({x[0]})";

        public override string? WhyNot(NumberSystem numbers) =>
            numbers == NumberSystem.Complex ? "an error function" : base.WhyNot(numbers);

        protected override double Largest(double low, double high) => Math.Min(1, s_slope * base.Largest(low, high));

        // The slope is largest at the point nearest to 0.
        protected override double Change(double low, double high, double error)
        {
            var nearest = low > 0 ? low : high < 0 ? high : 0;
            return s_slope * Elementary.Exp(-nearest * nearest) * (1 + 1e-12) * error;
        }

        protected override Node Derivative(Node node, Node a) => a.Squared().Scaled(-1).Exp().Scaled(s_slope);
    }
}

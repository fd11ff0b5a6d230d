using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The sine of every entry, in radians.</summary>
        public Node Sin() => new(new Sine(), this);

        /// <summary>The cosine of every entry, in radians.</summary>
        public Node Cos() => new(new Cosine(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>sin a, with the slope cos a.</summary>
    internal sealed class Sine : Elementwise
    {
        protected override int Ulps => LibraryUlps;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = Elementary.Sin(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].sin();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Sine, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"sin({x[0]})";

        protected override double Largest(double low, double high) => Math.Min(1, base.Largest(low, high));

        protected override double Change(double low, double high, double error) => Math.Min(2, error);

        protected override Node Derivative(Node node, Node a) => a.Cos();
    }

    /// <summary>cos a, with the slope −sin a.</summary>
    internal sealed class Cosine : Elementwise
    {
        protected override int Ulps => LibraryUlps;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = Elementary.Cos(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].cos();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Cosine, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"cos({x[0]})";

        protected override double Largest(double low, double high) => 1;

        protected override double Change(double low, double high, double error) => Math.Min(2, error);

        protected override Node Derivative(Node node, Node a) => a.Sin().Scaled(-1);
    }
}

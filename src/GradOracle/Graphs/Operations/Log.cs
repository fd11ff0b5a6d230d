using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The natural logarithm of every entry; of a negative one it is no number.</summary>
        public Node Log() => new(new Log(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>ln a, with the slope 1/a.</summary>
    internal sealed class Log : Elementwise
    {
        protected override int Ulps => LibraryUlps;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = Elementary.Log(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].log();

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D / x[0]];

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Logarithm, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"ln({x[0]})";

        protected override double Largest(double low, double high) =>
            low > 0 ? Math.Max(Math.Abs(Elementary.Log(low)), Math.Abs(Elementary.Log(high))) : double.PositiveInfinity;

        protected override double Change(double low, double high, double error) =>
            low > 0 ? error / low : double.PositiveInfinity;

        protected override Node? Derivative(Node node, Node a) => Constant.Of(a.Sizes, 1) / a;
    }
}

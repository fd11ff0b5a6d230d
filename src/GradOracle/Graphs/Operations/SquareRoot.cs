using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The square root of every entry; of a negative one it is no number, and at 0 its derivative is
        /// infinite, as in TorchSharp.</summary>
        public Node Sqrt() => new(new SquareRoot(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>√a, with the derivative 1/(2√a).</summary>
    internal sealed class SquareRoot : Elementwise
    {
        // IEEE 754 asks for one rounding; what is vectorised may take two.
        protected override int Ulps => 2;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = Elementary.Sqrt(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].sqrt();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.SquareRoot, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"√({x[0]})";

        /// <summary>An ε that is added to the root, not under it.</summary>
        public override IEnumerable<Misreading> Misreadings(Node node) =>
            Shift.UnderRoot(node.Operands[0], x => x.Sqrt(), root => root);

        protected override double Largest(double low, double high) => Math.Sqrt(Math.Max(high, 0));

        // Steepest at the left end; to the left of 0 another evaluation may have no number.
        protected override double Change(double low, double high, double error) =>
            low > 0 ? error / (2 * Math.Sqrt(low)) : double.PositiveInfinity;

        protected override Node? Derivative(Node node, Node a) => Constant.Of(a.Sizes, 0.5) / node;
    }
}

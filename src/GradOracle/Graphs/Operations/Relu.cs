using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>max(a, 0) of every entry; its derivative at 0 is 0, as in TorchSharp.</summary>
        public Node Relu() => new(new Relu(), this);

        /// <summary>1 where an entry is positive, else 0: the derivative of the rectifier.</summary>
        internal Node Step() => new(new Step(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>max(a, 0).</summary>
    internal sealed class Relu : Elementwise
    {
        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = T.IsNegative(x[0][j]) && !T.IsNaN(x[0][j]) ? T.Zero : x[0][j];
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].relu();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Maximum, x[0], there.Number(0));

        public override string Text(Node node, IReadOnlyList<string> x) => $"relu({x[0]})";

        public override string? WhyNot(NumberSystem numbers) => numbers == NumberSystem.Complex ? "a maximum" : null;

        protected override double Change(double low, double high, double error) => high < 0 ? 0 : error;

        protected override Node Derivative(Node node, Node a) => a.Step();
    }

    /// <summary>[a > 0].</summary>
    internal sealed class Step : Elementwise
    {
        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = T.IsNaN(x[0][j]) ? x[0][j] : T.IsNegative(x[0][j]) || T.IsZero(x[0][j]) ? T.Zero : T.One;
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].sign().relu();

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => new(0, 0, -1);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.IsAbove, x[0], there.Number(0));

        public override string Text(Node node, IReadOnlyList<string> x) => $"[{x[0]} > 0]";

        public override string? WhyNot(NumberSystem numbers) => numbers == NumberSystem.Complex ? "a step" : null;

        protected override double Change(double low, double high, double error) => low <= 0 && high >= 0 ? 1 : 0;

        protected override Node? Derivative(Node node, Node a) => null;
    }
}

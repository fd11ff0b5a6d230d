using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The absolute value of every entry; its derivative at 0 is 0, as in TorchSharp.</summary>
        public Node Abs() => new(new Abs(), this);

        /// <summary>The sign of every entry, 0 at 0: the derivative of the absolute value.</summary>
        internal Node Sign() => new(new Sign(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>|a|.</summary>
    internal sealed class Abs : Elementwise
    {
        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = T.Abs(x[0][j]);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].abs();

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Absolute, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"|{x[0]}|";

        public override string? WhyNot(NumberSystem numbers) =>
            numbers == NumberSystem.Complex ? "an absolute value" : null;

        /// <summary>The slope at 0, which is 0 here.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
        {
            var (one, below, above) = (Constant.Of(D.Sizes, 1), x[0].Scaled(-1).Step(), x[0].Step());
            var function = Text(node, [Formula.Shortened(Formula.Of(x[0]))]);
            return
            [
                .. base.Slips(node, x, D),
                new($"the slope of {function} at 0 is taken to be 1 in {{P}}", 0, D.Hadamard(one - below.Scaled(2))),
                new($"the slope of {function} at 0 is taken to be −1 in {{P}}", 0, D.Hadamard(above.Scaled(2) - one)),
            ];
        }

        protected override double Change(double low, double high, double error) => error;

        protected override Node Derivative(Node node, Node a) => a.Sign();
    }

    /// <summary>−1, 0 or 1.</summary>
    internal sealed class Sign : Elementwise
    {
        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                var a = x[0][j];
                y[j] = T.IsZero(a) || T.IsNaN(a) ? a : T.IsNegative(a) ? -T.One : T.One;
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].sign();

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => new(0, 0, -1);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            there.Entrywise(ForeignStep.Sign, x);

        public override string Text(Node node, IReadOnlyList<string> x) => $"sign({x[0]})";

        public override string? WhyNot(NumberSystem numbers) => numbers == NumberSystem.Complex ? "a sign" : null;

        protected override double Change(double low, double high, double error) => low <= 0 && high >= 0 ? 2 : 0;

        protected override Node? Derivative(Node node, Node a) => null;
    }
}

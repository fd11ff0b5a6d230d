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

        /// <summary>The slope at 0, which is 0 here.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
        {
            var (one, below, above) = (Constant.Of(D.Sizes, 1), x[0].Scaled(-1).Step(), x[0].Step());
            var function = Text(node, [Formula.Shortened(Formula.Of(x[0]))]);
            return
            [
                .. base.Slips(node, x, D),
                new($"the slope of {function} at 0 is taken to be 1 in {{P}}", 0, D.Hadamard(one - below)),
                new(
                    $"the slope of {function} at 0 is taken to be ½ in {{P}}",
                    0,
                    D.Hadamard((one + above - below).Scaled(0.5))),
            ];
        }

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

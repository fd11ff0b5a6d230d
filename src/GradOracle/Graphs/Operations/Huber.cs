using GradOracle.Graphs;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>Huber's function of every entry, with δ = 1: ½a² up to |a| = 1, |a| − ½ beyond.</summary>
        public Node Huber() => new(new Huber(), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Huber's function: its slope is the entry itself, clamped.</summary>
    internal sealed class Huber : Elementwise
    {
        private const int Roundings = 4;

        protected override int Ulps => Roundings;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var half = T.One / (T.One + T.One);
            for (var j = 0; j < y.Length; j++)
            {
                var clamped = Clamped(x[0][j]);
                y[j] = clamped * (x[0][j] - half * clamped); // ½a² inside, ±1 (a ∓ ½) outside
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            torch.nn.functional.huber_loss(x[0], torch.zeros_like(x[0]), 1, torch.nn.Reduction.None);

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
            new(2 * x[0].Roundings + Roundings, x[0].FractionBits < 0 ? -1 : 2 * x[0].FractionBits + 1, -1);

        public override string? OnForeign(Node node, ForeignGraph there, string[] x)
        {
            var clamped = there.Entrywise(
                ForeignStep.Minimum,
                there.Entrywise(ForeignStep.Maximum, x[0], there.Number(-1)),
                there.Number(1));
            var half = there.Entrywise(ForeignStep.Multiply, clamped, there.Number(0.5));
            return there.Entrywise(ForeignStep.Multiply, clamped, there.Entrywise(ForeignStep.Subtract, x[0], half));
        }

        public override string Text(Node node, IReadOnlyList<string> x) => $"huber({x[0]})";

        public override string? WhyNot(NumberSystem numbers) =>
            numbers == NumberSystem.Complex ? "a change from quadratic to linear" : null;

        /// <summary>Another δ, or another slope on one side of it.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
        {
            var (within, slope) = (Constant.Of(D.Sizes, 1) - (x[0].Abs() - 1).Step(), x[0].Clamp(-1, 1));
            var beyond = Constant.Of(D.Sizes, 1) - within;
            return
            [
                .. OtherKinks(x, D),
                new("the slope of huber is 0 beyond its kink in {P}", 0, D.Hadamard(slope.Hadamard(within))),
                new("the slope of huber has lost its sign beyond its kink in {P}", 0,
                    D.Hadamard(slope.Hadamard(within) + beyond)),
                new("the slope of huber is doubled within its kink in {P}", 0,
                    D.Hadamard(slope + slope.Hadamard(within))),
                new("the slope of huber is doubled beyond its kink in {P}", 0,
                    D.Hadamard(slope + slope.Hadamard(beyond))),
            ];
        }

        private static IEnumerable<Slip> OtherKinks(IReadOnlyList<Node> x, Node D) =>
            s_others.SelectMany<double, Slip>(δ =>
            [
                new(
                    FormattableString.Invariant($"the kink of huber is at δ = {δ}, not at 1, in {{P}}"),
                    0,
                    D.Hadamard(x[0].Clamp(-δ, δ))),
                new(FormattableString.Invariant($"the kink of huber is at δ = {δ}, not at 1, and all is divided by δ, in {{P}}"), 0,
                    D.Hadamard(x[0].Scaled(1 / δ).Clamp(-1, 1))),
            ]);

        private static readonly double[] s_others = [2, 0.5, 0.1, 0.25, 1.345, 1.35, 1.5, 3, 4, 5, 10, 100];

        protected override double Change(double low, double high, double error) =>
            Math.Min(1, Math.Max(Math.Abs(low), Math.Abs(high))) * error;

        protected override Node Derivative(Node node, Node a) => a.Clamp(-1, 1);

        private static T Clamped<T>(T a)
            where T : struct, System.Numerics.INumberBase<T> =>
                T.IsNaN(a) ? a : T.MinMagnitude(a, T.IsNegative(a) ? -T.One : T.One);
    }
}

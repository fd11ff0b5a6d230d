using System.Globalization;
using GradOracle.Graphs;
using GradOracle.Numerics;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>Every entry, or the nearer of two bounds where it is beyond; its derivative at a bound is 1, as in
        /// TorchSharp.</summary>
        /// <exception cref="InvalidOperationException">The bounds are in the wrong order.</exception>
        public Node Clamp(double low, double high) => low <= high
            ? new(new Clamp(low, high), this)
            : throw new InvalidOperationException(
                FormattableString.Invariant($"{Formula.WithSizes(this)} cannot be clamped to {low} … {high}."));
    }
}

namespace GradOracle.Graphs
{
    /// <summary>a, clamped to [low, high].</summary>
    internal sealed class Clamp(double low, double high) : Elementwise
    {
        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var (least, most) = (T.CreateTruncating(low), T.CreateTruncating(high));
            for (var j = 0; j < y.Length; j++)
            {
                var a = x[0][j];
                y[j] = Elementary.Compare(a, least) < 0 ? least : Elementary.Compare(a, most) > 0 ? most : a;
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            x[0].clamp(TorchScalars.Of(low), TorchScalars.Of(high));

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x)
        {
            TermCount Bound(double bound) => new(0, Shift.FractionBits(bound), 0);
            return base.Count(node, [x[0].Or(Bound(low)).Or(Bound(high))]);
        }

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Entrywise(
            ForeignStep.Minimum,
            there.Entrywise(ForeignStep.Maximum, x[0], there.Number(low)),
            there.Number(high));

        public override string Text(Node node, IReadOnlyList<string> x) =>
            (low, high) == (-1, 1)
                ? $"clamp({x[0]})"
                : string.Create(CultureInfo.InvariantCulture, $"clamp({x[0]}, {low}, {high})");

        /// <summary>The slope at a bound, which is 1 here.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) =>
        [
            .. base.Slips(node, x, D),
            new($"the slope of {Text(node, [Formula.Shortened(Formula.Of(x[0]))])} at its bounds is taken to be 0 in {{P}}", 0,
                D.Hadamard((x[0] - low).Step()).Hadamard((Constant.Of(D.Sizes, high) - x[0]).Step())),
        ];

        /// <summary>No larger than |a| where 0 is inside; else a bound may be.</summary>
        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) =>
            low <= 0 && high >= 0 ? x[0] : x[0] + Math.Max(Math.Abs(low), Math.Abs(high));

        public override string? WhyNot(NumberSystem numbers) => numbers == NumberSystem.Complex ? "a clamp" : null;

        // A bound may be rounded to the element type.
        protected override double Change(double from, double to, double error) =>
            to <= low || from >= high ? RoundingOfBounds(error) : Math.Min(high - low, error) + RoundingOfBounds(error);

        protected override Node Derivative(Node node, Node a) => new(new Inside(low, high), a);

        private double RoundingOfBounds(double error) => (float)low == low && (float)high == high ? 0 : error;
    }

    /// <summary>[low ≤ a ≤ high]: the derivative of the clamp, as TorchSharp has it.</summary>
    internal sealed class Inside(double low, double high) : Elementwise
    {
        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var (least, most) = (T.CreateTruncating(low), T.CreateTruncating(high));
            for (var j = 0; j < y.Length; j++)
            {
                var a = x[0][j];
                y[j] = T.IsNaN(a)
                    ? a
                    : Elementary.Compare(a, least) >= 0 && Elementary.Compare(a, most) <= 0
                    ? T.One
                    : T.Zero;
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            x[0].clamp(TorchScalars.Of(low), TorchScalars.Of(high)).eq(x[0]).to(x[0].dtype);

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => new(0, 0, -1);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            (low, high) == (-1, 1)
                ? $"[|{x[0]}| ≤ 1]"
                : string.Create(CultureInfo.InvariantCulture, $"[{low} ≤ {x[0]} ≤ {high}]");

        public override string? WhyNot(NumberSystem numbers) => numbers == NumberSystem.Complex ? "a step" : null;

        protected override double Change(double from, double to, double error) =>
            (from <= low && to >= low) || (from <= high && to >= high) ? 1 : 0;

        protected override Node? Derivative(Node node, Node a) => null;
    }
}

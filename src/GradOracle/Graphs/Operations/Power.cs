using System.Globalization;
using System.Numerics;
using GradOracle.Graphs;
using GradOracle.Numerics;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>aᵖ of every entry: a product of p factors where p is a positive integer, which keeps integers
        /// exact.</summary>
        /// <remarks>Of a negative entry with an exponent that is no integer it is no number, as in
        /// TorchSharp.</remarks>
        public Node Pow(double exponent) =>
            exponent == 1 ? this
            : exponent == 0 ? Scaled(0) + 1
            : exponent == 0.5 ? Sqrt()
            : exponent > 0 && exponent <= Power.MostFactors && double.IsInteger(exponent) ? Product((int)exponent)
            : new(new Power(Finite(exponent)), this);

        /// <summary>1/a of every entry.</summary>
        public Node Reciprocal() => Pow(-1);

        /// <summary>1/√a of every entry.</summary>
        public Node Rsqrt() => Pow(-0.5);

        // The same products on TorchSharp, whose power may miss an integer by a rounding.
        private Node Product(int factors)
        {
            var body = Enumerable.Range(1, factors - 1).Aggregate(this, (product, _) => product.Hadamard(this));
            return new(
                new NamedFunction(
                    "pow",
                    x => Enumerable.Range(1, factors - 1).Aggregate(x[0], (product, _) => product.mul(x[0])),
                    $", {factors}"),
                body,
                this);
        }
    }
}

namespace GradOracle.Graphs
{
    /// <summary>aᵖ, for an exponent that makes no polynomial; the slope is p aᵖ⁻¹.</summary>
    internal sealed class Power(double exponent) : Elementwise
    {
        /// <summary>Integer exponents up to this are products.</summary>
        public const int MostFactors = 16;

        private readonly bool _isInteger = double.IsInteger(exponent);
        private readonly bool _isProduct = double.IsInteger(exponent) && Math.Abs(exponent) <= MostFactors;

        protected override int Ulps => exponent == -1 ? 1
            : exponent == -0.5 ? 3
            : _isProduct ? LibraryUlps + (int)Math.Abs(exponent)
            : 2 * LibraryUlps;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = x[0][j] is Complex z
                    ? T.CreateTruncating(Of(z))
                    : T.CreateTruncating(Of(double.CreateTruncating(x[0][j])));
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            exponent == -1 ? x[0].reciprocal() : exponent == -0.5 ? x[0].rsqrt() : x[0].pow(TorchScalars.Of(exponent));

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) =>
            exponent == -1 ? there.Entrywise(ForeignStep.Reciprocal, x)
            : exponent == -0.5 ? there.Entrywise(ForeignStep.Reciprocal, there.Entrywise(ForeignStep.SquareRoot, x))
            : there.Entrywise(ForeignStep.Power, x[0], there.Number(exponent));

        public override string Text(Node node, IReadOnlyList<string> x) =>
            exponent == -1 ? $"1 / {Formula.Factor(x[0])}"
            : exponent == -0.5 ? $"1 / √({x[0]})"
            : string.Create(CultureInfo.InvariantCulture, $"pow({x[0]}, {exponent})");

        /// <summary>An ε that is added to the root, not under it.</summary>
        public override IEnumerable<Misreading> Misreadings(Node node) =>
            exponent == -0.5 ? Shift.UnderRoot(node.Operands[0], x => x.Rsqrt(), root => root.Reciprocal()) : [];

        // Through the logarithm, p ln a is rounded, which moves the power by as much as it is large.
        protected override double Largest(double low, double high)
        {
            (low, high) = Sides(low, high);
            if (!(low > 0))
            {
                return exponent < 0 || low < 0 && !_isInteger ? double.PositiveInfinity : Largest(double.Epsilon, high);
            }

            var largest = Math.Max(Math.Abs(Of(low)), Math.Abs(Of(high)));
            return _isProduct || exponent == -0.5 || largest == 0
                ? largest
                : largest * (
                    1 + Math.Abs(exponent) * Math.Max(Math.Abs(Elementary.Log(low)), Math.Abs(Elementary.Log(high))));
        }

        protected override double Change(double low, double high, double error)
        {
            (low, high) = Sides(low, high);
            return low > 0
                ? Math.Abs(exponent) * Math.Max(
                    Math.Abs(Of(low)) / low, Math.Abs(Of(high)) / high) * (1 + 1e-12) * error
                : double.PositiveInfinity;
        }

        protected override Node Derivative(Node node, Node a) =>
            exponent == -1 ? node.Hadamard(node).Scaled(-1)
            : exponent > 1 ? a.Pow(exponent - 1).Scaled(exponent)
            : (node / a).Scaled(exponent);

        // Of an integer exponent the sizes on both sides of 0 are the same.
        private (double Low, double High) Sides(double low, double high) =>
            _isInteger && high < 0 ? (-high, -low) : (low, high);

        private double Of(double a)
        {
            if (exponent == -0.5)
            {
                return 1 / Math.Sqrt(a);
            }

            if (_isProduct)
            {
                var product = 1.0;
                for (var factor = 0; factor < Math.Abs(exponent); factor++)
                {
                    product *= a;
                }

                return exponent < 0 ? 1 / product : product;
            }

            var size = a == 0
                ? (exponent > 0 ? 0 : double.PositiveInfinity)
                : Elementary.Exp(exponent * Elementary.Log(Math.Abs(a)));
            return a >= 0 ? size : !_isInteger ? double.NaN : Math.IEEERemainder(exponent, 2) == 0 ? size : -size;
        }

        private Complex Of(Complex a) =>
            exponent == -0.5 ? 1 / Complex.Sqrt(a) : exponent == -1 ? 1 / a : Complex.Exp(exponent * Complex.Log(a));
    }
}

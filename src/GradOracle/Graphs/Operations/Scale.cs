using System.Globalization;
using System.Numerics.Tensors;
using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>Every entry times a constant.</summary>
        /// <exception cref="InvalidOperationException">It is not finite.</exception>
        public Node Scaled(double factor) => new(new Scale(Finite(factor)), this);

        /// <summary>Every entry times a number.</summary>
        public static Node operator *(double left, Node right) => new(new Scale(Finite(left)), right);

        /// <inheritdoc cref="op_Multiply(double, Node)"/>
        public static Node operator *(Node left, double right) => new(new Scale(Finite(right)), left);

        /// <summary>Every entry divided by a number.</summary>
        public static Node operator /(Node left, double right) => double.IsFinite(1 / Finite(right))
            ? new(new Scale(1 / right, right), left)
            : throw new InvalidOperationException(FormattableString.Invariant($"Nothing can be divided by {right}."));

        /// <summary>A number divided by every entry.</summary>
        public static Node operator /(double left, Node right)
        {
            ArgumentNullException.ThrowIfNull(right);
            return left == 1 ? right.Reciprocal() : right.Reciprocal().Scaled(left);
        }

        /// <summary>Every entry with the other sign.</summary>
        public static Node operator -(Node node) => new(new Scale(-1), node);

        // Every value of the network would be none.
        private static double Finite(double number) => double.IsFinite(number)
            ? number
            : throw new InvalidOperationException(
                FormattableString.Invariant($"{number} is no number to compute with: a network's constants are finite."));
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Every entry times a constant, which may itself be rounded to the element type.</summary>
    /// <param name="factor">The constant.</param>
    /// <param name="divisor">What is divided by, where it was stated so; its inverse is the constant.</param>
    internal sealed class Scale(double factor, double? divisor = null) : Operation
    {
        // A sign or a power of two rounds nothing, unless it underflows.
        private readonly bool _isPowerOfTwo =
            factor != 0 && double.IsFinite(factor) && Math.ScaleB(1, Math.ILogB(factor)) == Math.Abs(factor);

        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            if (divisor is { } number)
            {
                TensorPrimitives.Divide<T>(x[0], T.CreateTruncating(number), y);
            }
            else
            {
                TensorPrimitives.Multiply<T>(x[0], T.CreateTruncating(factor), y);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            divisor is { } number ? x[0].div(TorchScalars.Of(number)) : x[0].mul(TorchScalars.Of(factor));

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            if (Math.Abs(factor) == 1 && e[0] is null)
            {
                return false;
            }

            var unit = _isPowerOfTwo ? 0 : 2 * rounding.Unit;
            var underflow = Math.Abs(factor) >= 1 && _isPowerOfTwo ? 0 : rounding.Underflow;
            for (var j = 0; j < result.Length; j++)
            {
                var (a, error) = (Math.Abs(x[0][j]), e[0]?[j] ?? 0);
                result[j] = a == 0 && error == 0 ? 0 : Math.Abs(factor) * (error + unit * (a + 2 * error)) + underflow;
            }

            return true;
        }

        public override void Magnitude(Node node, double[][] x, double[] y, int count) =>
            TensorPrimitives.Multiply(x[0], Math.Abs(factor), y);

        public override void Raised(Node node, double[][] x, double[] y, int count) =>
            TensorPrimitives.Multiply(x[0], AtLeastOne(factor), y);

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) =>
            !_isPowerOfTwo && base.Noise(node, x, y, result, count);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [new(new Scale(factor, divisor), D)];

        // A factor that is neither an integer nor a power of two is itself rounded, and takes exact cases off the
        // lattice.
        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => Math.Abs(factor) == 1 ? x[0]
            : _isPowerOfTwo || double.IsInteger(factor) ? x[0].Times(new(1, Math.Max(0, -Math.ILogB(factor)), 0))
            : x[0].Times(new(2, -1, 0));

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => divisor is { } number
            ? there.Entrywise(ForeignStep.Divide, x[0], there.Number(number))
            : there.Entrywise(ForeignStep.Multiply, x[0], there.Number(factor));

        public override string Text(Node node, IReadOnlyList<string> x) => divisor is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"{Formula.Factor(x[0])} / {number}")
            : factor == -1
            ? $"−{Formula.Factor(x[0])}"
            : string.Create(CultureInfo.InvariantCulture, $"{factor} {Formula.Factor(x[0])}");

        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) =>
            x[0].Scaled(undamped ? Math.Max(1, Math.Abs(factor)) : Math.Abs(factor));

        public override bool IsEntrywise => true;

        public override double Uniform(Node node, ReadOnlySpan<double> x) => factor * x[0];
    }
}

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
        public Node Scaled(double factor) => new(new Scale(factor), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Every entry times a constant, which may itself be rounded to the element type.</summary>
    internal sealed class Scale(double factor) : Operation
    {
        // A sign or a power of two rounds nothing, unless it underflows.
        private readonly bool _isPowerOfTwo = factor != 0 && double.IsFinite(factor) && Math.ScaleB(1, Math.ILogB(factor)) == Math.Abs(factor);

        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

        public override void Value<T>(Node node, T[][] x, T[] y, int count) => TensorPrimitives.Multiply<T>(x[0], T.CreateTruncating(factor), y);

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => x[0].mul(TorchScalars.Of(factor));

        public override bool Error(Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
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

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) =>
            !_isPowerOfTwo && base.Noise(node, x, y, result, count);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => [D.Scaled(factor)];

        // A factor that is neither an integer nor a power of two is itself rounded, and takes exact cases off the lattice.
        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => Math.Abs(factor) == 1 ? x[0]
            : _isPowerOfTwo || double.IsInteger(factor) ? x[0].Times(new(1, Math.Max(0, -Math.ILogB(factor)), 0))
            : x[0].Times(new(2, -1, 0));

        public override string Text(Node node, IReadOnlyList<string> x) => factor == -1
            ? $"−{Formula.Factor(x[0])}"
            : string.Create(CultureInfo.InvariantCulture, $"{factor} {Formula.Factor(x[0])}");

        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) =>
            x[0].Scaled(undamped ? Math.Max(1, Math.Abs(factor)) : Math.Abs(factor));

        public override bool IsEntrywise => true;

        public override double Uniform(Node node, ReadOnlySpan<double> x) => factor * x[0];
    }
}

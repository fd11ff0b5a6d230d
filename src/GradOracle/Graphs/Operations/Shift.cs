using System.Numerics.Tensors;
using GradOracle.Graphs;
using GradOracle.Torch;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>A number added to every entry.</summary>
        public static Node operator +(Node left, double right) => new(new Shift(Finite(right), isNegated: false), left);

        /// <inheritdoc cref="op_Addition(Node, double)"/>
        public static Node operator +(double left, Node right) => new(new Shift(Finite(left), isNegated: false), right);

        /// <summary>A number subtracted from every entry.</summary>
        public static Node operator -(Node left, double right) => new(new Shift(-Finite(right), isNegated: false), left);

        /// <summary>Every entry subtracted from a number.</summary>
        public static Node operator -(double left, Node right) => new(new Shift(Finite(left), isNegated: true), right);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>c + a, or c − a; the number may itself be rounded to the element type.</summary>
    internal sealed class Shift(double number, bool isNegated) : Operation
    {
        private const int MostFractionBits = 20;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes;

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            if (isNegated)
            {
                TensorPrimitives.Subtract(T.CreateTruncating(number), x[0], y);
            }
            else
            {
                TensorPrimitives.Add(x[0], T.CreateTruncating(number), y);
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
            (isNegated ? x[0].neg() : x[0]).add(TorchScalars.Of(number), TorchScalars.One);

        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            Entrywise.ErrorOfSum(rounding, [e[0], null], y, result);
            if ((float)number != number)
            {
                TensorPrimitives.Add(result, rounding.Unit * Math.Abs(number), result);
            }

            return true;
        }

        public override void Magnitude(Node node, double[][] x, double[] y, int count) =>
            TensorPrimitives.Add(x[0], Math.Abs(number), y);

        public override void Raised(Node node, double[][] x, double[] y, int count) =>
            TensorPrimitives.Add(x[0], AtLeastOne(number), y);

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) =>
            [isNegated ? D.Scaled(-1) : D];

        /// <summary>Another small number, or none: an ε.</summary>
        public override IEnumerable<Misreading> Misreadings(Node node)
        {
            var right = FormattableString.Invariant($"{number}");
            return !IsEpsilon ? []
                : s_epsilons.Where(ε => ε != number).Select(ε => new Misreading(
                    ε == 0
                        ? $"{right} is not added in {{P}}"
                        : FormattableString.Invariant($"{ε} is added, where {right} belongs, in {{P}}"),
                    new Node(new Shift(ε, isNegated), node.Operands[0])));
        }

        /// <summary>An ε that stands under a root, left out or added to the root.</summary>
        /// <param name="under">What the root is taken of.</param>
        /// <param name="function">The function of it.</param>
        /// <param name="ofRoot">The same function, of the root.</param>
        public static IEnumerable<Misreading> UnderRoot(Node under, Func<Node, Node> function, Func<Node, Node> ofRoot)
        {
            if (under.Operation is not Shift { IsEpsilon: true } shift)
            {
                return [];
            }

            var (number, x) = (FormattableString.Invariant($"{shift.Number}"), under.Operands[0]);
            return
            [
                new($"{number} is not added under the root in {{P}}", function(x)),
                new($"{number} is added to the root, not under it, in {{P}}", ofRoot(x.Sqrt() + shift.Number)),
            ];
        }

        private double Number => number;

        // A small number that keeps something from 0.
        private bool IsEpsilon => number is > 0 and < LargestEpsilon;

        private const double LargestEpsilon = 0.1;
        private static readonly double[] s_epsilons = [0, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2];

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) =>
            x[0].Add(new((float)number == number ? 0 : 1, FractionBits(number), 0));

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => isNegated
            ? there.Entrywise(ForeignStep.Subtract, there.Number(number), x[0])
            : there.Entrywise(ForeignStep.Add, x[0], there.Number(number));

        public override string Text(Node node, IReadOnlyList<string> x) => FormattableString.Invariant(
            isNegated
                ? $"({number} − {x[0]})"
                : number < 0
                ? $"({x[0]} − {-number})"
                : (FormattableString)$"({x[0]} + {number})");

        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) =>
            new(new Shift(Math.Abs(number), isNegated: false), x[0]);

        public override bool IsEntrywise => true;

        public override double Uniform(Node node, ReadOnlySpan<double> x) => number + (isNegated ? -x[0] : x[0]);

        /// <summary>e, where a number is a multiple of 2⁻ᵉ; −1 where e would be large.</summary>
        public static int FractionBits(double number)
        {
            for (var bits = 0; bits <= MostFractionBits; bits++)
            {
                if (double.IsInteger(Math.ScaleB(number, bits)))
                {
                    return bits;
                }
            }

            return -1;
        }
    }
}

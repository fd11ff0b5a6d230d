using GradOracle.Graphs;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle
{
    public sealed partial class Node
    {
        /// <summary>The largest entry along an axis, which is gone afterwards or, to be broadcast again, of size
        /// 1.</summary>
        /// <remarks>
        /// Of equal ones the first gets the adjoint, as from TorchSharp's <c>max(dim)</c> and its maximum pooling;
        /// TorchSharp's <c>amax</c>, which shares it out among them, is another function.
        /// </remarks>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node Max(int axis, bool keepDims = false) => Max([axis], keepDims);

        /// <summary>The largest entry over some axes; of equal ones the first, row by row, gets the adjoint.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node Max(IReadOnlyList<int> axes, bool keepDims = false) => Axes.Of(this, axes)
            .Reverse().Aggregate(
                this, (node, axis) => new(new LargestOver(axis, Flow.First), node)).Dropped(axes, keepDims, this);

        /// <summary>The smallest entry along an axis; of equal ones the first gets the adjoint, as from TorchSharp's
        /// <c>min(dim)</c>.</summary>
        /// <exception cref="InvalidOperationException">There is no such axis.</exception>
        public Node Min(int axis, bool keepDims = false) => Scaled(-1).Max(axis, keepDims).Scaled(-1);

        /// <summary>The largest entry along an axis, which has size 1 afterwards, taken as a constant: nothing flows
        /// back through it.</summary>
        internal Node LargestOver(int axis) => new(new LargestOver(axis, Flow.None), this);
    }
}

namespace GradOracle.Graphs
{
    /// <summary>Where the adjoint of the largest of several entries goes.</summary>
    internal enum Flow
    {
        /// <summary>Nowhere: it is a constant to subtract.</summary>
        None,

        /// <summary>To the first of the largest.</summary>
        First,

        /// <summary>To all: whichever is the largest, it gets no more.</summary>
        All,
    }

    /// <summary>The largest entry along an axis, of complex numbers by their real parts.</summary>
    internal sealed class LargestOver(int axis, Flow flow) : Operation
    {
        public override bool StartsTerms => true;

        public override Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.With(Axes.Of(x[0], axis), 1);

        public override void Value<T>(Node node, T[][] x, T[] y, int count)
        {
            var (lines, run, size) = Lines(node, axis, count);
            for (var line = 0; line < lines * run; line++)
            {
                var first = line / run * size * run + line % run;
                y[line] = x[0][first + IndexOfLargest(x[0], first, size, run) * run];
            }
        }

        public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) => flow switch
        {
            Flow.None => x[0].detach().amax([axis + 1L], keepdim: true),
            _ => x[0].max(axis + 1L, keepdim: true).values,
        };

        /// <summary>The largest error along the axis: a maximum moves no further than what it is of.</summary>
        public override bool Error(
            Node node, Rounding rounding, double[][] x, double[]?[] e, double[] y, double[] result, int count)
        {
            if (e[0] is not { } errors)
            {
                return false;
            }

            var (lines, run, size) = Lines(node, axis, count);
            for (var line = 0; line < lines * run; line++)
            {
                var largest = 0.0;
                for (var i = 0; i < size; i++)
                {
                    largest = Math.Max(largest, errors[(line / run * size + i) * run + line % run]);
                }

                result[line] = largest;
            }

            return true;
        }

        public override bool Noise(Node node, double[][] x, double[] y, double[] result, int count) => false;

        public override IReadOnlyList<Node?> Adjoint(Node node, IReadOnlyList<Node> x, Node D) => flow switch
        {
            Flow.First => [Chosen(D, x[0])],
            Flow.All => [D.Broadcast(x[0].Sizes)],
            _ => [null],
        };

        /// <summary>Whether what flows back goes to one entry of a line alone.</summary>
        public bool Chooses => flow == Flow.First;

        /// <summary>An adjoint sent to the first of the largest entries of another value, of the operand's
        /// sizes.</summary>
        public Node Chosen(Node D, Node of) => D.Broadcast(of.Sizes).Hadamard(new(new FirstLargest(axis), of));

        /// <summary>What becomes of equal entries, of which the first gets all.</summary>
        public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D)
        {
            if (flow != Flow.First)
            {
                return [];
            }

            var (sizes, one) = (x[0].Sizes, Constant.Of(x[0].Sizes, 1));
            var equal = one - (node.Broadcast(sizes) - x[0]).Step();
            var above = D.Broadcast(sizes);
            Node Reversed(Node of) => of.Slice(axis, sizes[axis] - 1, sizes[axis], -1);
            return
            [
                new(
                    "every one of equal entries gets all of the adjoint, not the first alone, in {P}",
                    0,
                    above.Hadamard(equal)),
                new(
                    "equal entries share the adjoint, where the first gets it, in {P}",
                    0,
                    above.Hadamard(equal / equal.SumOver(axis).Broadcast(sizes))),
                new("the last of equal entries gets the adjoint, not the first, in {P}", 0,
                    above.Hadamard(Reversed(new(new FirstLargest(axis), Reversed(x[0]))))),
                new("every entry gets the adjoint, not the largest alone, in {P}", 0, above),
                new("all entries share the adjoint, where the largest gets it, in {P}", 0,
                    above.Scaled(1.0 / sizes[axis])),
                new("the first entry gets the adjoint, whichever is the largest, in {P}", 0,
                    D.Slice(axis, 0, 1).Pad(axis, 0, sizes[axis] - 1)),
                new("the largest by its size alone gets the adjoint in {P}", 0,
                    Chosen(D, x[0].Abs())),
                new("the smallest gets the adjoint, not the largest, in {P}", 0,
                    Chosen(D, x[0].Scaled(-1))),
            ];
        }

        public override TermCount Count(Node node, IReadOnlyList<TermCount> x) => x[0].Plus(0) with { Degree = -1 };

        public override string? OnForeign(Node node, ForeignGraph there, string[] x) => there.Largest(x[0], axis);

        public override string Text(Node node, IReadOnlyList<string> x) =>
            flow == Flow.First ? $"max({x[0]}{Axes.Told(node.Sizes, axis)})" : $"max({x[0]})";

        public override Node Majorant(Node node, IReadOnlyList<Node> x, bool undamped) =>
            new(new LargestOver(axis, Flow.All), x[0]);

        public override double Uniform(Node node, ReadOnlySpan<double> x) => x[0];

        /// <summary>How many runs of entries there are before the axis, how long each is behind it, and the size of the
        /// axis.</summary>
        public static (int Lines, int Run, int Size) Lines(Node node, int axis, int count)
        {
            var sizes = node.Operands[0].Sizes;
            return (count * sizes.Before(axis), sizes.Behind(axis), sizes[axis]);
        }

        /// <summary>Which entry of a line is the first of the largest; one that is no number is the largest.</summary>
        public static int IndexOfLargest<T>(T[] x, int first, int size, int run)
            where T : struct, System.Numerics.INumberBase<T>
        {
            var largest = 0;
            for (var i = 1; i < size; i++)
            {
                var (entry, best) = (x[first + i * run], x[first + largest * run]);
                if (!T.IsNaN(best) && (T.IsNaN(entry) || Elementary.Compare(entry, best) > 0))
                {
                    largest = i;
                }
            }

            return largest;
        }
    }
}

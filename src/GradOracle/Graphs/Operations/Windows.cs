using System.Numerics;
using GradOracle.Numerics;
using TorchSharp;

namespace GradOracle.Graphs;

/// <summary>How windows stand over the last axes.</summary>
/// <param name="Axes">Over how many axes.</param>
/// <param name="Stride">How far from one to the next.</param>
/// <param name="Padding">By how much they may stand over both ends.</param>
/// <param name="Dilation">How far from one entry of a window to the next.</param>
internal sealed record WindowStep(int Axes, int Stride, int Padding, int Dilation)
{
    /// <summary>What is not as usual: <c>, stride 2</c>.</summary>
    public string Text(int groups) => string.Concat(
        from setting in new[] { ("stride", Stride, 1), ("padding", Padding, 0), ("dilation", Dilation, 1), ("groups", groups, 1) }
        where setting.Item2 != setting.Item3
        select FormattableString.Invariant($", {setting.Item1} {setting.Item2}"));
}

/// <summary>The entries of windows that stand over the last axes: what a convolution multiplies, and a pooling looks
/// at.</summary>
/// <param name="step">How the windows stand.</param>
/// <param name="window">The sizes of a window.</param>
/// <param name="isForColumns">Whether a window is a column, as a product needs it, or a row.</param>
/// <param name="isOpen">Whether there is −∞ where a window stands over an end, which is never the largest; else there
/// is 0.</param>
internal sealed class Windows(WindowStep step, int[] window, bool isForColumns, bool isOpen = false) : Gathering
{
    /// <summary>How many windows there are along each axis.</summary>
    /// <exception cref="InvalidOperationException">A window is larger than the input.</exception>
    public int[] Counts(Node x)
    {
        var counts = new int[step.Axes];
        for (var axis = 0; axis < counts.Length; axis++)
        {
            var size = axis + x.Sizes.Count - step.Axes is >= 0 and var at ? x.Sizes[at] : 0;
            var isFit = size > 0 && window[axis] >= 1 && step is { Stride: >= 1, Padding: >= 0, Dilation: >= 1 };
            counts[axis] = isFit && Count(size, axis) >= 1
                ? Count(size, axis)
                : throw new InvalidOperationException(
                    $"A window of {string.Join('×', window)}{step.Text(1)} does not fit into {Formula.WithSizes(x)}.");
        }

        return counts;
    }

    public override Sizes SizesOf(IReadOnlyList<Node> x)
    {
        var (windows, area) = (Product(Counts(x[0])), Product(window));
        int[] leading = [.. x[0].Sizes.Take(x[0].Sizes.Count - step.Axes)];
        return isForColumns ? new([.. leading, area, windows]) : new([.. leading, windows, area]);
    }

    public override void Value<T>(Node node, T[][] x, T[] y, int count)
    {
        base.Value(node, x, y, count);
        var (map, lowest) = (Map(node), Lowest<T>());
        for (var j = 0; isOpen && j < y.Length; j++)
        {
            y[j] = map[j % map.Length] < 0 ? lowest : y[j];
        }
    }

    // Nothing comes from beyond an end.
    public override void Magnitude(Node node, double[][] x, double[] y, int count) => Move(node, x, y, count);

    public override torch.Tensor OnTorch(Node node, torch.Tensor[] x) =>
        TorchIndices.Taken(x[0], Map(node), node.Sizes, isOpen ? double.NegativeInfinity : 0);

    protected override double Missing => isOpen ? double.NegativeInfinity : 0;

    public override string Text(Node node, IReadOnlyList<string> x) =>
        $"windows({x[0]}, {string.Join('×', window)}{step.Text(1)})";

    protected override int[] Sources(Sizes from, Sizes to)
    {
        int[] plane = [.. from.Skip(from.Count - step.Axes)];
        var (windows, area, size) = (isForColumns ? to.Columns : to.Rows, Product(window), Product(plane));
        var counts = plane.Select((length, axis) => Count(length, axis)).ToArray();
        var sources = new int[to.Length];
        for (var place = 0; place < windows; place++)
        {
            var inside = Enumerable.Range(0, area).Select(entry => Source(place, entry, plane, counts)).ToArray();
            for (var entry = 0; entry < area; entry++)
            {
                var source = inside[entry];
                for (var lead = 0; lead < from.Length / size; lead++)
                {
                    var at = isForColumns ? (lead * area + entry) * windows + place : (lead * windows + place) * area + entry;
                    sources[at] = source < 0 ? -1 : lead * size + source;
                }
            }
        }

        return sources;
    }

    // Where an entry of a window stands in the plane of the last axes; −1 beyond its ends.
    private int Source(int place, int entry, int[] plane, int[] counts)
    {
        var (source, stride) = (0, 1);
        for (var axis = step.Axes - 1; axis >= 0; axis--)
        {
            var at = place % counts[axis] * step.Stride + entry % window[axis] * step.Dilation - step.Padding;
            if (at < 0 || at >= plane[axis])
            {
                return -1;
            }

            source += at * stride;
            stride *= plane[axis];
            place /= counts[axis];
            entry /= window[axis];
        }

        return source;
    }

    private int Count(int size, int axis)
    {
        var free = size + 2L * step.Padding - ((window[axis] - 1L) * step.Dilation + 1);
        return free < 0 ? 0 : (int)(free / step.Stride) + 1;
    }

    // Rational numbers have no infinity.
    private static T Lowest<T>()
        where T : struct, INumberBase<T> => T.CreateTruncating(typeof(T) == typeof(Rational) ? double.MinValue : double.NegativeInfinity);

    private static int Product(int[] sizes) => sizes.Aggregate(1, (product, size) => product * size);
}

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

/// <summary>How a mistake reads windows.</summary>
/// <param name="Step">As if they stood so.</param>
/// <param name="IsReversed">Whether from their ends.</param>
internal sealed record WindowReading(WindowStep Step, bool IsReversed);

/// <summary>The entries of windows that stand over the last axes: what a convolution multiplies, and a pooling looks
/// at.</summary>
/// <param name="step">How the windows stand.</param>
/// <param name="window">The sizes of a window.</param>
/// <param name="isForColumns">Whether a window is a column, as a product needs it, or a row.</param>
/// <param name="isOpen">Whether there is −∞ where a window stands over an end, which is never the largest; else there
/// is 0.</param>
/// <param name="reading">How a mistake reads them, as many as there are: from elsewhere, or from their ends; null for
/// as they stand.</param>
internal sealed class Windows(
    WindowStep step, int[] window, bool isForColumns, bool isOpen = false, WindowReading? reading = null) : Gathering
{
    private readonly WindowStep _read = reading?.Step ?? step;

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

    public override IEnumerable<Slip> Slips(Node node, IReadOnlyList<Node> x, Node D) =>
    [
        .. base.Slips(node, x, D),
        new("{P} has overlapping windows written over each other, not added up", 0,
            Overwritten(node, x, D, order: ByOther(node.Sizes))),
        .. Readings.Select(r => new Slip(
            $"{r.Words} in {{P}}", 0, r.Windows.Adjoint(new(r.Windows, x[0]), x, D)[0]!)),
    ];

    public override IEnumerable<Misreading> Misreadings(Node node) =>
        Readings.Select(r => new Misreading($"{r.Words} in {{P}}", new(r.Windows, node.Operands[0])));

    // Window after window where they are columns, entry after entry where they are rows: not as they lie.
    private static int[] ByOther(Sizes sizes)
    {
        var (rows, columns) = (sizes.Rows, sizes.Columns);
        return [.. Enumerable.Range(0, sizes.Length).Select(
            i => i / (rows * columns) * rows * columns + i % rows * columns + i / rows % columns)];
    }

    // Where people look for the windows.
    private IEnumerable<(string Words, Windows Windows)> Readings
    {
        get
        {
            (string, Windows) Read(string words, WindowStep other, bool isReversed = false) =>
                (words, new(step, window, isForColumns, isOpen, new(other, isReversed)));
            yield return Read("the kernel is reversed", step, isReversed: true);
            if (step.Stride > 1)
            {
                yield return Read("the stride is forgotten", step with { Stride = 1 });
            }

            if (step.Padding > 0)
            {
                yield return Read("the padding is forgotten", step with { Padding = 0 });
                yield return Read("the padding is added, not taken off,", step with { Padding = -step.Padding });
            }

            if (step.Dilation > 1)
            {
                yield return Read("the dilation is forgotten", step with { Dilation = 1 });
            }

            yield return Read("the windows are off by one", step with { Padding = step.Padding + 1 });
            yield return Read("the windows are off by one", step with { Padding = step.Padding - 1 });
        }
    }

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
                    var at = isForColumns
                        ? (lead * area + entry) * windows + place
                        : (lead * windows + place) * area + entry;
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
            var along = reading?.IsReversed == true ? window[axis] - 1 - entry % window[axis] : entry % window[axis];
            var at = place % counts[axis] * _read.Stride + along * _read.Dilation - _read.Padding;
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
        where T : struct, INumberBase<T> =>
            T.CreateTruncating(typeof(T) == typeof(Rational) ? double.MinValue : double.NegativeInfinity);

    private static int Product(int[] sizes) => sizes.Aggregate(1, (product, size) => product * size);
}

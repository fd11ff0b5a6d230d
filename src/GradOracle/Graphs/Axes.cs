namespace GradOracle.Graphs;

/// <summary>Axes as they are written, counted from 0 or, where negative, from the end; as they are here, counted from
/// 0.</summary>
internal static class Axes
{
    /// <summary>An axis of a node.</summary>
    /// <exception cref="InvalidOperationException">There is no such axis.</exception>
    public static int Of(Node node, int axis) => Of(node, axis, node.Sizes.Count);

    /// <summary>A place for a new axis of a node: before the first, or behind any.</summary>
    /// <exception cref="InvalidOperationException">There is no such place.</exception>
    public static int OfNew(Node node, int axis) => Of(node, axis, node.Sizes.Count + 1);

    /// <summary>Some axes of a node, in order.</summary>
    /// <exception cref="InvalidOperationException">There is no such axis, or one is there twice.</exception>
    public static int[] Of(Node node, IReadOnlyList<int> axes)
    {
        int[] found = [.. axes.Select(axis => Of(node, axis)).Order()];
        return found.Distinct().Count() == found.Length
            ? found
            : throw new InvalidOperationException(
                $"{Formula.WithSizes(node)} is asked for an axis twice: {string.Join(", ", axes)}.");
    }

    /// <summary>The sizes without some axes.</summary>
    public static Sizes Without(Sizes sizes, params IReadOnlyList<int> axes) =>
        new([.. Enumerable.Range(0, sizes.Count).Where(axis => !axes.Contains(axis)).Select(axis => sizes[axis])]);

    /// <summary>The sizes with one more axis, of size 1 unless said otherwise.</summary>
    public static Sizes With(Sizes sizes, int axis, int size = 1) =>
        new([.. sizes.Take(axis), size, .. sizes.Skip(axis)]);

    /// <summary>For a text: nothing where it is the first axis of a matrix, along which its columns run.</summary>
    public static string Told(Sizes sizes, int axis) =>
        sizes.Count == 2 && axis == 0 ? "" : FormattableString.Invariant($", axis {axis}");

    private static int Of(Node node, int axis, int count) => axis >= -count && axis < count
        ? (axis + count) % count
        : throw new InvalidOperationException(
            $"{Formula.WithSizes(node)} has no axis {axis}: axes are counted from 0, or from −1 at the end.");
}

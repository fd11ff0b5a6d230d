namespace GradOracle.Diagnoses;

/// <summary>An order of the equal parts of an axis other than their own: gates packed otherwise, heads
/// exchanged.</summary>
/// <param name="Words">The order, in words behind "in".</param>
/// <param name="At">Which part stands at each place, of so many.</param>
internal sealed record PartOrder(string Words, Func<int, int[]> At)
{
    private const int MostInAnyOrder = 4;

    private static readonly PartOrder[] s_ofMany =
    [
        new("reverse order", n => [.. Enumerable.Range(0, n).Reverse()]),
        new("an order shifted by one", n => [.. Enumerable.Range(0, n).Select(i => (i + 1) % n)]),
        new("an order shifted back by one", n => [.. Enumerable.Range(0, n).Select(i => (i + n - 1) % n)]),
        new("an order with the first two exchanged", n => [1, 0, .. Enumerable.Range(2, n - 2)]),
    ];

    /// <summary>Those of so many parts: all where they are few.</summary>
    public static IEnumerable<PartOrder> Of(int count) => count > MostInAnyOrder ? s_ofMany
        : Orders([.. Enumerable.Range(0, count)]).Where(o => !o.SequenceEqual(o.Order())).Select(order => new PartOrder(
            $"the order {string.Join(", ", order.Select(i => i + 1))}",
            _ => order));

    /// <summary>Those that mean something however many parts there are, two at least.</summary>
    public static IEnumerable<PartOrder> OfAny => s_ofMany;

    /// <summary>The parts of an axis in this order; as they are where they are not that many.</summary>
    public Node Of(Node node, int axis, int count)
    {
        if (count < 2 || axis >= node.Sizes.Count || node.Sizes[axis] % count != 0)
        {
            return node;
        }

        var (order, size) = (At(count), node.Sizes[axis]);
        var each = size / count;
        return node.Take(axis, [.. Enumerable.Range(0, size).Select(i => order[i / each] * each + i % each)]);
    }

    private static IEnumerable<int[]> Orders(int[] left) => left.Length == 0 ? [[]]
        : left.SelectMany(first => Orders([.. left.Where(i => i != first)]).Select(o => (int[])[first, .. o]));
}

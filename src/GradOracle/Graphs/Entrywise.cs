namespace GradOracle.Graphs;

/// <summary>What operations on two values, entry by entry, have in common.</summary>
internal static class Entrywise
{
    /// <summary>The sizes of both, which must be the same.</summary>
    public static Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.Equals(x[1].Sizes)
        ? x[0].Sizes
        : throw Misfit(x[0], x[1]);

    /// <summary>Both, broadcast to the sizes that they have together.</summary>
    /// <remarks>As NumPy has it: axes are matched from the last on, and where one size is 1 or an axis is missing,
    /// entries are repeated.</remarks>
    /// <exception cref="InvalidOperationException">Two sizes differ and neither is 1, or one value is null.</exception>
    public static Node Of(Operation operation, Node left, Node right)
    {
        if (left is null || right is null)
        {
            var other = left ?? right;
            throw new InvalidOperationException(
                $"{(other is null ? "null" : Formula.WithSizes(other))} cannot be combined with null entry by entry.");
        }

        if (left.Sizes.Equals(right.Sizes))
        {
            return new(operation, left, right);
        }

        var sizes = Together(left, right);
        return new(operation, left.Broadcast(sizes), right.Broadcast(sizes));
    }

    /// <summary>The sizes that two values have together.</summary>
    public static Sizes Together(Node left, Node right) =>
        Together(left.Sizes, right.Sizes) ?? throw Misfit(left, right);

    /// <summary>The sizes that both have together; null where two differ and neither is 1.</summary>
    public static Sizes? Together(Sizes left, Sizes right)
    {
        var sizes = new int[Math.Max(left.Count, right.Count)];
        for (var back = 1; back <= sizes.Length; back++)
        {
            var (a, b) = (
                back > left.Count ? 1 : left[left.Count - back], back > right.Count ? 1 : right[right.Count - back]);
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            sizes[^back] = Math.Max(a, b);
        }

        return new(sizes);
    }

    /// <summary>A sum or a difference: the errors of both, and one rounding of what any evaluation may have
    /// there.</summary>
    public static bool ErrorOfSum(Rounding rounding, double[]?[] e, double[] y, double[] result)
    {
        for (var j = 0; j < result.Length; j++)
        {
            var carried = (e[0]?[j] ?? 0) + (e[1]?[j] ?? 0);
            // ∞ is not rounded
            result[j] = carried + (double.IsInfinity(y[j]) ? 0 : rounding.Unit * (Math.Abs(y[j]) + 2 * carried));
        }

        return true;
    }

    private static InvalidOperationException Misfit(Node left, Node right) =>
        new($"{Formula.WithSizes(left)} and {Formula.WithSizes(right)} cannot be combined entry by entry.");
}

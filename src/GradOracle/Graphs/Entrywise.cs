namespace GradOracle.Graphs;

/// <summary>What operations on two values, entry by entry, have in common.</summary>
internal static class Entrywise
{
    /// <summary>The sizes of both, which must be the same.</summary>
    public static Sizes SizesOf(IReadOnlyList<Node> x) => x[0].Sizes.Equals(x[1].Sizes)
        ? x[0].Sizes
        : throw new InvalidOperationException($"{x[0].Sizes} and {x[1].Sizes} cannot be combined entry by entry.");

    /// <summary>A sum or a difference: the errors of both, and one rounding of what any evaluation may have there.</summary>
    public static bool ErrorOfSum(Rounding rounding, double[]?[] e, double[] y, double[] result)
    {
        for (var j = 0; j < result.Length; j++)
        {
            var carried = (e[0]?[j] ?? 0) + (e[1]?[j] ?? 0);
            result[j] = carried + rounding.Unit * (Math.Abs(y[j]) + 2 * carried);
        }

        return true;
    }
}

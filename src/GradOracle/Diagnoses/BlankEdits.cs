using GradOracle.Graphs;

namespace GradOracle.Diagnoses;

/// <summary>A part of an adjoint that a loop leaves out.</summary>
internal static class BlankEdits
{
    private static readonly (string Words, Func<int, int, int, int, bool> IsLeftOut)[] s_parts =
    [
        ("on its diagonal", (i, j, _, _) => i == j),
        ("above its diagonal", (i, j, _, _) => i < j),
        ("below its diagonal", (i, j, _, _) => i > j),
        ("beside its diagonal", (i, j, _, _) => i != j),
        ("in its first row", (i, _, _, _) => i == 0),
        ("in its last row", (i, _, r, _) => i == r - 1),
        ("in its first column", (_, j, _, _) => j == 0),
        ("in its last column", (_, j, _, c) => j == c - 1),
        ("but in its first row", (i, _, _, _) => i > 0),
        ("but in its last row", (i, _, r, _) => i < r - 1),
        ("but in its last column", (_, j, _, c) => j < c - 1),
    ];

    /// <summary>Those of one value.</summary>
    public static IEnumerable<Edit> Of(BackwardPass pass, Node node)
    {
        if (node.Sizes.Count < 2)
        {
            yield break;
        }

        var key = pass.KeyOf(node);
        foreach (var (words, isLeftOut) in s_parts)
        {
            yield return new(SlipEdits.Order, new Finding($"{{P}} has 0 {words}", Place.Adjoint(pass.Backward, node)), false, p =>
            {
                if (p.Find(key) is not { } here || p.Backward.AdjointOf(here) is not { } D)
                {
                    return new Changes();
                }

                var (rows, columns) = (D.Sizes.Rows, D.Sizes.Columns);
                double Kept(int j) => isLeftOut(j / columns % rows, j % columns, rows, columns) ? 0 : 1;
                double[] kept = [.. Enumerable.Range(0, D.Sizes.Length).Select(Kept)];
                return Changes.Of(D, D.Hadamard(Constant.Of(D.Sizes, kept)));
            });
        }
    }
}

namespace GradOracle.Gallery;

/// <summary>Wrong only where sizes are what they seldom are by chance.</summary>
internal static class SpecialShapes
{
    private static readonly string[] s_dimensions = ["n", "h", "m", "B"];

    // One of each sort is in the table; that every sort is drawn in every suite is a test of its own.
    private static readonly string[] s_tried =
    [
        "n = h = B", "n = h", "all sizes equal", "all sizes 1", "m = 1 alone", "all equal but h", "h = m and no other",
        "n beyond a block of 16", "one more h than blocks of 32", "B beyond a block of 64",
    ];

    /// <summary>What is special about some shapes of the shared-weight network.</summary>
    public static IReadOnlyList<(string Name, Predicate<Shape> Holds)> Conditions { get; } = [.. Find()];

    /// <summary>Some of them as trials.</summary>
    public static IEnumerable<Trial> All => s_tried.Select(name => Trial.Wrong(
        $"wrong-where {name}", Of(name), $"∂Wh is wrong where {name}", "size", "gradient of Wh|∂Wh|∂L/∂Wh"));

    /// <summary>The derivation in spans, wrong in one entry where the condition holds; right everywhere where there is none of that name.</summary>
    public static Spoiled Of(string name)
    {
        var holds = Conditions.FirstOrDefault(c => c.Name == name).Holds;
        return new(new SharedWeightBatchBackprop(), (batch, result) =>
        {
            for (var s = 0; s < batch.Count && holds?.Invoke(batch.Shape) == true; s++)
            {
                result["Wh"][s][^1] += 1;
            }
        });
    }

    private static IEnumerable<(string Name, Predicate<Shape> Holds)> Find()
    {
        yield return ("n = h = B", s => s["n"] == s["h"] && s["h"] == s["B"]);
        yield return ("n = h", s => s["n"] == s["h"]);
        yield return ("all sizes equal", s => Different(s) == 1 && s["n"] > 1);
        yield return ("all sizes 1", s => s.Dimensions.All(d => d.Size == 1));
        foreach (var a in s_dimensions)
        {
            yield return ($"{a} = 1 alone", s => s.Dimensions.All(d => d.Size == 1 == (d.Name == a)));
            yield return (
                $"all equal but {a}",
                s => s.Dimensions.Where(d => d.Name != a).Select(d => d.Size).Distinct().Count() == 1 && s.Dimensions.Any(d => d.Size != s[a]));
            foreach (var b in s_dimensions.Where(b => string.CompareOrdinal(a, b) < 0))
            {
                yield return ($"{a} = {b} and no other", s => s[a] == s[b] && Different(s) == 3);
            }

            foreach (var block in new[] { 16, 32, 64 })
            {
                yield return ($"{a} beyond a block of {block}", s => s[a] > block);
                yield return ($"one more {a} than blocks of {block}", s => s[a] > block && s[a] % block == 1);
            }
        }

        static int Different(Shape shape) => shape.Dimensions.Select(d => d.Size).Distinct().Count();
    }
}

namespace GradOracle.Gallery;

/// <summary>Wrong only where sizes are what they seldom are by chance.</summary>
internal static class SpecialShapes
{
    private static readonly string[] s_dimensions = ["n", "h", "m", "B"];

    // One of each sort is in the table; that every sort is drawn in every suite is a test of its own.
    private static readonly Dictionary<string, string> s_said = new()
    {
        ["n = h = B"] = "wrong where n = h = B, and right at all other sizes",
        ["n = h"] = "wrong where n = h, and right at all other sizes",
        ["all sizes equal"] = "wrong where all sizes are equal, but not 1, and right at all other sizes",
        ["all sizes 1"] = "wrong where all sizes are 1, and right at all other sizes",
        ["m = 1 alone"] = "wrong where m = 1 and no other size is, and right at all other sizes",
        ["all equal but h"] = "wrong where all sizes but h are equal, and right at all other sizes",
        ["h = m and no other"] =
            "wrong where h = m and no other size is equal to another, and right at all other sizes",
        ["n beyond a block of 16"] = "right where n is 16 or less, and wrong where it is 17 or more",
        ["one more h than blocks of 32"] =
            "wrong where h is one more than a multiple of 32, beyond the first 32, and right at all other sizes",
        ["B beyond a block of 64"] = "right where B is 64 or less, and wrong where it is 65 or more",
    };

    /// <summary>What is special about some shapes of the shared-weight network.</summary>
    public static IReadOnlyList<(string Name, Predicate<Shape> Holds)> Conditions { get; } = [.. Find()];

    /// <summary>Some of them as trials.</summary>
    public static IEnumerable<Trial> All => s_said.Keys.Select(name => Trial.Wrong(
        $"wrong-where {name}", Of(name), $"∂Wh is wrong where {name}", $"the gradient of Wh is…{s_said[name]}", "gradient of Wh|∂Wh|∂L/∂Wh"));

    /// <summary>The derivation in spans, wrong in one entry where the condition holds; right everywhere where there is
    /// none of that name.</summary>
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
                s => s.Dimensions.Where(d => d.Name != a).Select(d => d.Size).Distinct().Count() == 1
                    && s.Dimensions.Any(d => d.Size != s[a]));
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

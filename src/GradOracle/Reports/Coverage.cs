using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>What the cases of a check were like: which sizes met which, and how entries were drawn. Read off the cases,
/// not off the plan.</summary>
internal static class Coverage
{
    private const int SmallestLarge = 13;

    /// <summary>Two lines: the shapes, and the values.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<SuiteResult> all)
    {
        var shapes = all.SelectMany(s => s.Shapes).Select(s => s.Shape).Distinct().ToList();
        var suites = all.Where(s => s.Values.Any(v => v.Length > 0)).ToList();
        return suites.Count == 0 ? [Shapes(shapes)] : [Shapes(shapes), Values(suites)];
    }

    private static string Shapes(List<Shape> shapes)
    {
        List<string> names = [.. shapes[0].Dimensions.Select(d => d.Name)];
        var alone = names.Where(
            name => shapes.Exists(s => s.Dimensions.All(d => d.Size == 1 == (d.Name == name)))).ToList();
        List<string> pairs = [.. from a in names from b in names.SkipWhile(b => b != a).Skip(1) where shapes.Exists(s => s[a] > 1 && s[a] == s[b]) select $"{a}={b}"];
        var large = names.Where(name => shapes.Exists(s => s[name] >= SmallestLarge)).ToList();
        return $"shapes: {string.Join("; ", Told())}";

        IEnumerable<string> Told()
        {
            yield return FormattableString.Invariant($"{shapes.Count} in all");
            if (shapes.Exists(s => s.Dimensions.All(d => d.Size == 1)))
            {
                yield return "all ones";
            }

            if (alone.Count > 0)
            {
                yield return $"1 for {string.Join(", ", alone)} alone";
            }

            if (pairs.Count > 0)
            {
                yield return pairs.Count == names.Count * (names.Count - 1) / 2
                    ? "every pair equal"
                    : string.Join(", ", pairs);
            }

            if (shapes.Exists(s => s.Dimensions[0].Size > 1 && s.Dimensions.All(d => d.Size == s.Dimensions[0].Size)))
            {
                yield return "all equal";
            }

            if (large.Count > 0)
            {
                yield return $"up to {string.Join(", ", large.Select(name => FormattableString.Invariant($"{name}={shapes.Max(s => s[name])}")))}";
            }
        }
    }

    private static string Values(IEnumerable<SuiteResult> suites)
    {
        var kinds = suites.GroupBy(s => s.Kind).Select(kind =>
        {
            var words =
                kind.SelectMany(s => s.Values).Distinct().Where(v => v.Length > 0).Order(StringComparer.Ordinal);
            return $"{CaseId.Word(kind.Key)} plain, {string.Join(", ", words)}";
        });
        return $"values: {string.Join("; ", kinds)}";
    }
}

using System.Globalization;

namespace GradOracle.Diagnoses;

/// <summary>What may be special about some shapes, in words.</summary>
/// <param name="Words">As in "wrong where n = h".</param>
/// <param name="Holds">Whether it is so of a shape.</param>
internal sealed record SizeRule(string Words, Predicate<Shape> Holds)
{
    /// <summary>Whether it holds of one shape alone, so that no other can confirm it.</summary>
    public bool IsOfOneShape { get; init; }

    private static readonly int[] s_blocks = [2, 3, 4, 5, 8, 16, 32, 64];

    /// <summary>What holds of a shape, the plainest first.</summary>
    public static IEnumerable<SizeRule> Of(Shape shape)
    {
        List<string> names = [.. shape.Dimensions.Select(d => d.Name)];
        foreach (var d in names)
        {
            yield return new(string.Create(CultureInfo.InvariantCulture, $"{d} is {shape[d]}"), s => s[d] == shape[d]);
            foreach (var b in s_blocks)
            {
                var rest = shape[d] % b;
                var (multiple, beyond) = ($"a multiple of {b}", $", beyond the first {b}");
                yield return new($"{d} is not {multiple}", s => s[d] % b != 0);
                yield return new($"{d} is not {multiple}{beyond}", s => s[d] > b && s[d] % b != 0);
                var words = rest == 0
                    ? multiple
                    : rest == 1
                    ? $"one more than {multiple}"
                    : string.Create(CultureInfo.InvariantCulture, $"{rest} more than {multiple}");
                yield return new($"{d} is {words}", s => s[d] % b == rest);
                yield return new($"{d} is {words}{beyond}", s => s[d] > b && s[d] % b == rest);
            }
        }

        foreach (var set in Subsets(names).Where(s => s.Count > 1).OrderBy(s => s.Count))
        {
            var equal = set.Count == names.Count && set.Count > 2 ? "all sizes are equal" : string.Join(" = ", set);
            bool AreEqual(Shape s) => set.All(d => s[d] == s[set[0]]);
            yield return new(equal, AreEqual);
            yield return new($"{equal}, but not 1", s => AreEqual(s) && s[set[0]] > 1);
            if (set.Count == names.Count - 1)
            {
                var other = names.Except(set).Single();
                yield return new($"all sizes but {other} are equal", s => AreEqual(s) && s[other] != s[set[0]]);
            }

            yield return new(
                $"{equal} and no other size is equal to another",
                s => AreEqual(s) && s.Dimensions.Select(d => d.Size).Distinct().Count() == names.Count - set.Count + 1);
            yield return new(
                set.Count == names.Count ? "all sizes are 1" : $"{string.Join(" = ", set)} = 1",
                s => set.All(d => s[d] == 1))
            { IsOfOneShape = set.Count == names.Count };
        }

        foreach (var a in names)
        {
            yield return new($"{a} = 1 and no other size is", s => s.Dimensions.All(d => d.Size == 1 == (d.Name == a)));
            foreach (var b in names.Where(b => b != a))
            {
                yield return new($"{a} is larger than {b}", s => s[a] > s[b]);
                yield return new($"{a} is at least {b}", s => s[a] >= s[b]);
                yield return new($"{a} and {b} differ", s => s[a] != s[b]);
            }
        }
    }

    /// <summary>Shapes that tell such rules apart: some sizes equal, some 1, one of many sizes.</summary>
    /// <param name="like">The shape that is looked into.</param>
    public static IEnumerable<Shape> Samples(Shape like)
    {
        List<string> names = [.. like.Dimensions.Select(d => d.Name)];
        int[] distinct = [3, 5, 2, 4, 6, 7, 8];
        Shape Of(Func<string, int, int> size) => new(names.Select((d, i) => (d, size(d, i))));
        yield return Of((_, i) => distinct[i % distinct.Length]);
        yield return Of((_, i) => distinct[(i + 1) % distinct.Length]);
        foreach (var set in Subsets(names))
        {
            foreach (var size in (int[])[1, 2, 4])
            {
                yield return Of((d, i) => set.Contains(d) ? size : distinct[i % distinct.Length] + (size > 1 ? 3 : 0));
                yield return Of((d, i) => set.Contains(d) ? size : distinct[names.Count - 1 - i] + 2);
                yield return Of((d, _) => set.Contains(d) ? size : size + 2);
            }
        }

        foreach (var d in names)
        {
            foreach (var size in Along(like[d]))
            {
                yield return Of((other, i) => other == d ? size : like[other]);
                yield return Of((other, i) => other == d ? size : distinct[i % distinct.Length]);
            }
        }
    }

    private static IEnumerable<int> Along(int size) => size <= 8
        ? [1, 2, 3, 4, 5, 6, 7, 8, 9]
        : new[] { 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 18, 31, 32, 33, 34, 48, 49, 63, 64, 65, 66, 96, 97, 98, 128, 129, 130, 161, size - 2, size - 1, size + 1, size + 2 }.Distinct();

    private static IEnumerable<IReadOnlyList<string>> Subsets(List<string> names) =>
        Enumerable.Range(1, (1 << Math.Min(names.Count, 6)) - 1).Select(
            bits => (IReadOnlyList<string>)[.. names.Where((_, i) => (bits >> i & 1) == 1)]);
}

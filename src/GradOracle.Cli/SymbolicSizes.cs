using System.Globalization;

namespace GradOracle.Cli;

/// <summary>The sizes of a network's tensors in the letters of its dimensions: 4h×n. Read off two shapes, in which no
/// two letters are alike.</summary>
internal static class SymbolicSizes
{
    private const int LargestFactor = 8;
    private const int LargestSum = 4;
    private static readonly int[] s_one = [3, 11, 17, 29, 41, 53, 67, 79];
    private static readonly int[] s_other = [4, 23, 13, 37, 31, 47, 61, 83];

    /// <summary>The tensors, those of a sequence together, with their sizes and what they are; null where the network
    /// cannot have such shapes.</summary>
    public static IReadOnlyList<(string Name, string Sizes, TensorRole Role)>? Of(Network network)
    {
        try
        {
            return Of(network, ShapeOf(network, s_one), ShapeOf(network, s_other));
        }
        catch (Exception unfit) when (unfit is BadInputException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static List<(string Name, string Sizes, TensorRole Role)> Of(Network network, Shape one, Shape other)
    {
        var (tensors, others) = (network.Tensors(one), network.Tensors(other));
        var result = new List<(string, string, TensorRole)>();
        foreach (var tensor in tensors)
        {
            // the step after the last
            var isBehind = tensor.Step is { } at && one.Dimensions.Any(d => d.Name == "T" && at == d.Size + 1);
            var same = others.FirstOrDefault(t => isBehind ? t.Step == other["T"] + 1 : t.Name == tensor.Name);
            var isStep = tensor.Step is > 0 && tensors.Count(t => IsOfSeries(t, tensor)) > 1;
            if (isStep && tensor.Step != 1)
            {
                continue; // the first stands for all
            }

            var sizes = tensor.Sizes.Select(
                (size, axis) => Symbol(size, same?.Sizes[axis] ?? size, one, other)).ToList();
            var name = isStep
                ? $"{tensor.Name} … {Series(tensor)}T"
                : isBehind
                ? $"{Series(tensor)}(T+1)"
                : tensor.Name;
            result.Add((name, sizes.Count == 0 ? "a number" : string.Join('×', sizes), tensor.Role));
        }

        return result;
    }

    private static Shape ShapeOf(Network network, int[] sizes) =>
        new(
            network.Dimensions.Select(
                (d, i) => (
                    d,
                    Math.Max(network.SmallestDrawn(d), Math.Min(network.LargestAlone(d), sizes[i % sizes.Length])))));

    private static string Series(TensorSpec tensor) =>
        tensor.Name[..^tensor.Step!.Value.ToString(CultureInfo.InvariantCulture).Length];

    private static bool IsOfSeries(TensorSpec tensor, TensorSpec of) =>
        tensor.Step is > 0 && Series(tensor) == Series(of);

    // The simplest that is right in both shapes.
    private static string Symbol(int one, int other, Shape first, Shape second)
    {
        if (one == other)
        {
            return one.ToString(CultureInfo.InvariantCulture);
        }

        var all = first.Dimensions.Select(d => (d.Name, One: d.Size, Other: second[d.Name])).ToList();
        var factors =
            from f in Enumerable.Range(1, LargestFactor)
            from d in all
            where f * d.One == one && f * d.Other == other
            select f == 1 ? d.Name : FormattableString.Invariant($"{f}{d.Name}");
        var sums =
            from s in Enumerable.Range(1, LargestSum)
            from d in all
            from sign in (int[])[1, -1]
            where d.One + sign * s == one && d.Other + sign * s == other
            select FormattableString.Invariant($"({d.Name}{(sign > 0 ? "+" : "−")}{s})");
        var products =
            from f in Enumerable.Range(1, LargestFactor)
            from a in all
            from b in all
            where f * a.One * b.One == one && f * a.Other * b.Other == other
            select FormattableString.Invariant($"{(f == 1 ? "" : f)}{a.Name}·{b.Name}");
        var pairs =
            from a in all
            from b in all
            where a.One + b.One == one && a.Other + b.Other == other
            select $"({a.Name}+{b.Name})";
        return factors.Concat(sums)
            .Concat(products)
            .Concat(pairs)
            .FirstOrDefault() ?? throw new InvalidOperationException("no letters give this size");
    }
}

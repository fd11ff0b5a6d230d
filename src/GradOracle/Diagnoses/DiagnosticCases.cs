using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle.Diagnoses;

/// <summary>The cases that separate one mistake from another: all sizes different, two equal, all equal.</summary>
internal static class DiagnosticCases
{
    // Powers of two last: a mean over them stays on the lattice.
    private static readonly int[] s_sizes = [3, 5, 2, 4];
    private const int AllEqual = 4;
    private const int LargestMagnitude = 99;
    private const int MostAlike = 5;

    // No case shares a number with another, nor with the one that failed: entry [0,0] would have the same bits in all.
    private const ulong SeedsApart = 0x9E37_79B9;

    // What is a factor near 0 is none at 8, and the other way round.
    private static readonly CaseValues?[] s_scales = [null, CaseValues.Large, CaseValues.Tiny];

    /// <summary>The probing cases of a network, the most telling first: exact ones where there are any, and real ones
    /// of several scales.</summary>
    /// <param name="failing">A case that fails: its network, its loss, a seed that is left out.</param>
    /// <param name="isKept">Whether the sizes that decide how many steps there are stay those of the failing
    /// case.</param>
    public static IEnumerable<CaseStack> Of(CaseStack failing, bool isKept)
    {
        var kept = isKept ? StepsOf(failing) : [];
        var seed = failing.FirstSeed;
        var scenarios = Shapes(failing.Network, kept).DistinctBy(s => s.ToString()).Select(
            shape => Legal(failing.Network, failing.Loss, shape)).OfType<Scenario>().ToList();
        foreach (var scenario in scenarios)
        {
            yield return CaseGenerator.Generate(Name(scenario, seed += SeedsApart));
        }

        foreach (var scenario in scenarios.Take(2))
        {
            foreach (var values in s_scales)
            {
                yield return CaseGenerator.Generate(
                    new(scenario, CaseKind.Real, ElementType.Float64, seed += SeedsApart, null, values));
            }
        }
    }

    /// <summary>The network with its loss at shapes that tell mistakes apart.</summary>
    public static IEnumerable<Scenario> Scenarios(CaseStack failing) => Shapes(failing.Network, [])
        .DistinctBy(s => s.ToString()).Select(shape => Legal(failing.Network, failing.Loss, shape)).OfType<Scenario>();

    /// <summary>Cases of the same sort as one that fails, where that sort is not plain: what shows at zeros, at ties or
    /// among small integers shows in them.</summary>
    public static IEnumerable<CaseStack> Alike(CaseStack failing, bool isKept)
    {
        if (failing.File is not null || (failing.Values is null && failing.Magnitude is not { }))
        {
            yield break;
        }

        var kept = isKept ? StepsOf(failing) : [];
        var seed = failing.FirstSeed ^ SeedsApart;
        foreach (var scenario in Shapes(failing.Network, kept).DistinctBy(s => s.ToString()).Select(shape => Legal(failing.Network, failing.Loss, shape)).OfType<Scenario>().Take(MostAlike))
        {
            var name = new CaseId(
                scenario, failing.Kind, ElementType.Float64, seed += SeedsApart, failing.Magnitude, failing.Values);
            if (failing.Kind == CaseKind.Real || name.Range is > 0 and var range && range <= name.LargestRange)
            {
                yield return CaseGenerator.Generate(name);
            }
        }
    }

    /// <summary>The dimensions that decide how many steps there are.</summary>
    public static IEnumerable<string> Steps(CaseStack failing) => StepsOf(failing).Keys;

    // With another such size there are more nodes, or fewer.
    private static Dictionary<string, int> StepsOf(CaseStack failing)
    {
        var (network, shape) = (failing.Network, failing.Shape);
        Shape Other(string dimension) =>
            new(shape.Dimensions.Select(d => (d.Name, d.Size + (d.Name != dimension ? 0 : d.Size > 1 ? -1 : 1))));
        return network.Dimensions
            .Where(
                d => Legal(network, failing.Loss, Other(d)) is { } other
                    && other.ToOutput.Nodes.Length != failing.Scenario.ToOutput.Nodes.Length)
            .ToDictionary(d => d, d => shape[d]);
    }

    // A network may be legal at some sizes only.
    private static Scenario? Legal(Network network, Loss loss, Shape shape)
    {
        try
        {
            return new Scenario(network, loss, shape);
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>An exact case of small integers, or a real one where no integers stay exact.</summary>
    public static CaseId Name(Scenario scenario, ulong seed) =>
        scenario.RangeOf(ElementType.Float64) is > 0 and var largest
        ? new(scenario, CaseKind.Exact, ElementType.Float64, seed, Math.Min(LargestMagnitude, largest))
        : new(scenario, CaseKind.Real, ElementType.Float64, seed);

    private static IEnumerable<Shape> Shapes(Network network, Dictionary<string, int> kept)
    {
        var names = network.Dimensions;
        var distinct = names.Select((_, i) => i < s_sizes.Length ? s_sizes[i] : i + 2).ToArray();
        Shape Of(Func<int, int> size) =>
            new(names.Select((name, i) =>
                (name, kept.TryGetValue(name, out var same) ? same : Math.Max(size(i), network.SmallestDrawn(name)))));
        yield return Of(i => distinct[i]);
        for (var a = 0; a < names.Count; a++)
        {
            for (var b = a + 1; b < names.Count; b++)
            {
                var (first, second) = (a, b);
                yield return Of(i => i == first ? distinct[second] : distinct[i]);
                yield return Of(i => i == second ? distinct[first] : distinct[i]);
            }
        }

        yield return Of(i => distinct[^(i + 1)]);
        yield return Of(_ => AllEqual);
    }
}

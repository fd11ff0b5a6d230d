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

    /// <summary>The probing cases of a network, the most telling first.</summary>
    public static IEnumerable<CaseStack> Of(Network network, Loss loss, ulong seed) =>
        Shapes(network).Select(shape => Draw(network, loss, shape, seed)).OfType<CaseStack>();

    // A network may be legal at some sizes only.
    private static CaseStack? Draw(Network network, Loss loss, Shape shape, ulong seed)
    {
        try
        {
            return CaseGenerator.Generate(Name(new Scenario(network, loss, shape), seed));
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    /// <summary>An exact case of small integers, or a real one where no integers stay exact.</summary>
    public static CaseId Name(Scenario scenario, ulong seed) => scenario.RangeOf(ElementType.Float64) is > 0 and var largest
        ? new(scenario, CaseKind.Exact, ElementType.Float64, seed, Math.Min(LargestMagnitude, largest))
        : new(scenario, CaseKind.Real, ElementType.Float64, seed);

    private static IEnumerable<Shape> Shapes(Network network)
    {
        var names = network.Dimensions;
        var distinct = names.Select((_, i) => i < s_sizes.Length ? s_sizes[i] : i + 2).ToArray();
        Shape Of(Func<int, int> size) => new(names.Select((name, i) => (name, size(i))));
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

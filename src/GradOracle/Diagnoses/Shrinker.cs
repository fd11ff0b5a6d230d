using GradOracle.Cases;
using GradOracle.Networks;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>Finds the smallest case on which a derivation fails in the same way: the same verdict on the same
/// gradients.</summary>
/// <remarks>Shapes are tried from the fewest entries up, at each shape integers from 1 up and a few seeds: the same
/// failure always shrinks to the same case.</remarks>
internal static class Shrinker
{
    private const int LargestSize = 3;
    private const int Seeds = 4;
    private static readonly int[] s_magnitudes = [1, 2, 3, 9];

    /// <summary>The name of the smallest case that fails like this one; null where none smaller does.</summary>
    public static CaseId? Shrink(Derivation derivation, CaseStack failing, CaseComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(failing);
        var wanted = SignatureOf(comparison);
        return SmallerScenarios(failing).SelectMany(scenario => Names(failing, scenario)).FirstOrDefault(name =>
            SignatureOf(Comparison.Of(derivation, CaseGenerator.Generate(name)).Describe(0)) == wanted);
    }

    // From the fewest entries up. A network may be legal at some sizes only.
    private static IEnumerable<Scenario> SmallerScenarios(CaseStack failing)
    {
        var (network, shape) = (failing.Network, failing.Shape);
        IEnumerable<IReadOnlyList<int>> sizes = [[]];
        foreach (var dimension in network.Dimensions)
        {
            sizes = from s in sizes
                    from size in Sizes(
                network.SmallestDrawn(dimension), shape[dimension])
                    select (IReadOnlyList<int>)[.. s, size];
        }

        return sizes
            .Select(s => Legal(network, failing.Loss, new Shape(network.Dimensions.Zip(s))))
            .OfType<Scenario>()
            .OrderBy(s => s.Tensors.Where(t => t.Role != TensorRole.Target).Sum(t => t.Length)).ThenBy(
                s => s.Shape.ToString(), StringComparer.Ordinal);
    }

    private static IEnumerable<int> Sizes(int smallest, int largest) =>
        Enumerable.Range(
            Math.Min(smallest, largest), Math.Max(1, Math.Min(largest, smallest + LargestSize - 1) - smallest + 1));

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

    private static IEnumerable<CaseId> Names(CaseStack failing, Scenario scenario)
    {
        var seeds = Enumerable.Range(0, Seeds).Select(i => failing.FirstSeed + (ulong)i).ToList();
        return failing.Kind == CaseKind.Real
            ? Values(failing).Select(
                values => new CaseId(scenario, CaseKind.Real, failing.Type, failing.FirstSeed, null, values))
            : from values in Values(failing)
              from k in s_magnitudes
              where k <= scenario.RangeOf(failing.Type, values?.TargetsOutput ?? false)
              from seed in seeds
              select new CaseId(scenario, CaseKind.Exact, failing.Type, seed, k, values);
    }

    // Plain entries are easier to read, where they fail as well.
    private static IEnumerable<CaseValues?> Values(CaseStack failing) =>
        failing.Values is { } values ? [null, values] : [null];

    private static string SignatureOf(CaseComparison comparison) =>
        $"{comparison.Verdict} {string.Join(' ', comparison.Tensors.Where(t => t.Verdict != Verdict.Agrees).Select(t => $"{t.Name} {FaultOf(t)}"))}";

    // The kind of fault, without the numbers in it.
    private static string FaultOf(TensorComparison tensor) => tensor.Verdict == Verdict.NotComparable
        ? string.Concat((tensor.Reason ?? "").Where(c => !char.IsDigit(c)))
        : "";
}

using GradOracle.Derivations;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Cases;

/// <summary>Finds the smallest case on which a derivation fails in the same way: the same verdict on the same gradients.</summary>
/// <remarks>Shapes are tried from the fewest entries up, at each shape integers from 1 up and a few seeds: the same failure always shrinks to the same case.</remarks>
public static class Shrinker
{
    private const int LargestSize = 3;
    private const int Seeds = 4;
    private static readonly int[] s_magnitudes = [1, 2, 3, 9];

    /// <summary>The name of the smallest case that fails like this one; null where none smaller does.</summary>
    public static CaseName? Shrink(IDerivation derivation, CaseBatch failing, CaseComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(failing);
        var wanted = SignatureOf(comparison);
        foreach (var shape in SmallerShapes(failing.Network, failing.Shape))
        {
            foreach (var name in Names(failing, shape))
            {
                if (FailsAlike(name) && Exists(name))
                {
                    return name;
                }
            }
        }

        return null;

        // A network may be legal at some sizes only.
        bool FailsAlike(CaseName name)
        {
            try
            {
                return SignatureOf(GradientCheck.Compare(derivation, CaseGenerator.Generate(name, name.Magnitude ?? 0, 1)).Describe(0)) == wanted;
            }
            catch (BadInputException)
            {
                return false;
            }
        }
    }

    private static IEnumerable<Shape> SmallerShapes(Network network, Shape shape)
    {
        IEnumerable<IReadOnlyList<int>> sizes = [[]];
        foreach (var dimension in network.Dimensions)
        {
            sizes = from s in sizes from size in Enumerable.Range(1, Math.Min(shape[dimension], LargestSize)) select (IReadOnlyList<int>)[.. s, size];
        }

        return sizes
            .Select(s => new Shape(network.Dimensions.Zip(s)))
            .OrderBy(s => network.Tensors(s).Sum(t => t.Length)).ThenBy(s => s.ToString(), StringComparer.Ordinal);
    }

    private static IEnumerable<CaseName> Names(CaseBatch failing, Shape shape)
    {
        var seeds = Enumerable.Range(0, Seeds).Select(i => failing.FirstSeed + (ulong)i).ToList();
        return failing.Kind == CaseKind.Real
            ? seeds.Take(1).Select(seed => new CaseName(failing.Network, failing.Loss, shape, CaseKind.Real, failing.Type, seed))
            : from k in s_magnitudes from seed in seeds select new CaseName(failing.Network, failing.Loss, shape, CaseKind.Exact, failing.Type, seed, k);
    }

    // Certificates are dear: only what fails needs one.
    private static bool Exists(CaseName name) =>
        name.Magnitude is not { } k || Certificate.Of(name.Network, name.Loss, name.Shape, name.Type).Magnitude >= k;

    private static string SignatureOf(CaseComparison comparison) =>
        $"{comparison.Verdict} {string.Join(' ', comparison.Tensors.Where(t => t.Verdict != Verdict.Agrees).Select(t => $"{t.Name} {FaultOf(t)}"))}";

    // The kind of fault, without the numbers in it.
    private static string FaultOf(TensorComparison tensor) => tensor.Verdict == Verdict.NotComparable ? string.Concat((tensor.Reason ?? "").Where(c => !char.IsDigit(c))) : "";
}

using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Gallery;

/// <summary>How much a gradient of a network may be off in float64 and still agree: what a verdict is worth. Beside its
/// largest entry.</summary>
/// <param name="Told">The bound that a check tells: by the theorem where it tells something, else by the
/// estimate.</param>
/// <param name="Seen">From where on a wrong term is seen: the theorem may allow more, but what is no rounding does not
/// shrink as rounding does.</param>
internal sealed record MedianBound(double Told, double Seen)
{
    private const int Cases = 15;
    private const int LargestSize = 12;
    private const ulong Seed = 2020;

    /// <summary>
    /// Of real cases with plain entries at default sizes and the squared error as loss: the widest of each over all its
    /// gradients, and of those the median. Nothing of it comes from TorchSharp, so it is the same on every machine but
    /// for its last digits.
    /// </summary>
    public static MedianBound Of(Network network)
    {
        var (told, seen) = (new double[Cases], new double[Cases]);
        for (var i = 0; i < Cases; i++)
        {
            var budget = CaseBudget.Drawn;
            var scenario = ShapeDraw.Of(
                network, Loss.All[0], LargestSize, Seed, i, s => s.HasEnoughClasses && budget.Admits(s));
            (told[i], seen[i]) = WidestOf(
                CaseGenerator.Generate(new CaseId(scenario, CaseKind.Real, ElementType.Float64, Seed + (ulong)i)));
        }

        Array.Sort(told);
        Array.Sort(seen);
        return new(told[Cases / 2], seen[Cases / 2]);
    }

    private static (double Told, double Seen) WidestOf(CaseStack one)
    {
        var (errors, estimate) = (RoundingErrors.Of(one), RoundingEstimate.Of(one));
        var (told, seen) = (0.0, 0.0);
        foreach (var gradient in ReverseMode.Differentiate(one).Gradients)
        {
            var largest = gradient.Values.Max(Math.Abs);
            if (largest == 0)
            {
                continue;
            }

            var (proven, apart) = (
                2 * (errors.OfAll(gradient.Name)?.Max() ?? 0) / largest, estimate[gradient.Name] / largest);
            var isTelling = proven <= TensorFinding.Telling(one.Type);
            told = Math.Max(told, isTelling ? proven : apart);
            seen = Math.Max(
                seen,
                isTelling
                    ? Math.Min(
                        proven,
                        Math.Max(TensorJudge.LittleMore * apart, TensorFinding.FewRoundings * one.Type.UnitRoundoff))
                    : TensorJudge.LittleMore * apart);
        }

        return (told, seen);
    }
}

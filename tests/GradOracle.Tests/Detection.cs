using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Verdicts;

namespace GradOracle.Tests;

/// <summary>How a mistake is caught.</summary>
/// <param name="Mistake">The mistake.</param>
/// <param name="Exact">After how many exact cases; null where none of those tried catches it.</param>
/// <param name="Real">After how many real cases; null where none of those tried catches it.</param>
/// <param name="Diagnosis">What is said of it.</param>
internal sealed record Detection(Mistake Mistake, int? Exact, int? Real, Diagnosis? Diagnosis)
{
    private const int Cases = 100;
    private const int LargestSize = 12;
    private const ulong Seed = 2020;

    /// <summary>Whether it is caught by both kinds of case and diagnosed as what it is.</summary>
    public bool IsRight => Exact is not null && Real is not null
        && Diagnosis is { Unexplained: [], Explanations: [var only] } && only.Sentence == Mistake.Diagnosis;

    /// <summary>Tries a mistake on cases of drawn shapes, with the squared error, and diagnoses it on the first exact
    /// case that catches it.</summary>
    public static Detection Of(Mistake mistake)
    {
        ArgumentNullException.ThrowIfNull(mistake);
        var exact = First(mistake, CaseKind.Exact);
        var real = First(mistake, CaseKind.Real);
        return new(
            mistake,
            exact?.Number,
            real?.Number,
            (exact ?? real) is { } caught ? FaultLocalization.Of(mistake, caught.Case) : null);
    }

    private static (int Number, CaseStack Case)? First(Mistake mistake, CaseKind kind)
    {
        for (var i = 0; i < Cases; i++)
        {
            var scenario = ShapeDraw.Of(
                mistake.Network,
                Loss.All[0],
                LargestSize,
                Seed,
                i,
                s => kind == CaseKind.Real || s.RangeOf(ElementType.Float64) > 0);
            var batch = CaseGenerator.Generate(new CaseId(scenario, kind, ElementType.Float64, Seed + (ulong)i));
            if (Comparison.Of(mistake, batch).Judge(0).Verdict >= Verdict.Disagrees)
            {
                return (i + 1, batch);
            }
        }

        return null;
    }
}

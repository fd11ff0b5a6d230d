using GradOracle.Networks;
using GradOracle.Verdicts;

namespace GradOracle.Diagnoses;

/// <summary>Mistakes that are no formula: numbers that are cut, rounded or taken for granted, told by probes of their
/// own.</summary>
internal static class Habits
{
    /// <summary>What only shows at some sizes or with some targets, where no formula is found.</summary>
    public static Explanation? InCases(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong) =>
        LostDigits.Of(derivation, observations, wrong) ?? TargetsSumToOne(derivation, observations, wrong);

    /// <summary>What depends on sizes alone, or on how large the numbers are.</summary>
    public static Explanation? InSizes(
        Derivation derivation,
        CaseStack failing,
        IReadOnlyList<Observation> observations,
        IReadOnlyList<string> wrong) =>
        SizeRules.Of(derivation, failing, wrong) is { } sentence ? Told(sentence, wrong, observations) : null;

    /// <summary>What depends on how large the numbers are.</summary>
    public static Explanation? InScales(
        Derivation derivation,
        CaseStack failing,
        IReadOnlyList<Observation> observations,
        IReadOnlyList<string> wrong) =>
        Thresholds.OfGradients(derivation, failing, wrong) is { } finding ? Told(finding, wrong, observations) : null;

    /// <summary>What shows in none of the cases that tell mistakes apart: at sizes of its own, or beyond some
    /// numbers.</summary>
    public static Diagnosis? Elsewhere(Derivation derivation, CaseStack failing, CaseComparison described)
    {
        bool IsWrong(TensorComparison t) => t.Verdict >= Verdict.Disagrees && t.Name != Scenario.OutputName;
        List<string> wrong = [.. described.Tensors.Where(IsWrong).Select(t => t.Name)];
        var batch = failing with { Type = ElementType.Float64 };
        return !failing.Network.HasGraph ? null
            : SizeRules.Of(derivation, batch, wrong) is { } sentence ? new(
                [Told(new Finding(sentence, null), wrong, [])], [])
            : Thresholds.OfGradients(derivation, batch, wrong) is { } finding ? new([Told(finding, wrong, [])], [])
            : null;
    }

    private static Explanation? TargetsSumToOne(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        // Where some cases are right, it is not the target.
        var batch = observations[0].Pass.Case;
        if (batch.Loss is not FreeTargetCrossEntropy || !observations.All(o => wrong.Any(o.Differs)))
        {
            return null;
        }

        var target = batch.Target;
        var oneHot = batch with
        {
            Tensors = [.. batch.Tensors.SkipLast(1), target.With([.. Enumerable.Range(0, target.Length).Select(j => j / target.Columns == j % target.Columns % target.Rows ? 1.0 : 0.0)])],
            Kind = CaseKind.Real,
        };
        var probe = Observation.Of(derivation, oneHot);
        return target.Rows > 1 && probe.IsFinite && !probe.Failed && !wrong.Any(probe.Differs)
            ? Told($"the derivation takes for granted that each column of {target.Name} sums to 1", wrong, observations)
            : null;
    }

    /// <summary>A habit in a sentence, that accounts for all that is wrong.</summary>
    public static Explanation Told(
        string sentence, IReadOnlyList<string> wrong, IReadOnlyList<Observation> observations) =>
        Told(new Finding(sentence, null), wrong, observations);

    /// <summary>A habit as a finding, that accounts for all that is wrong.</summary>
    public static Explanation Told(
        Finding finding, IReadOnlyList<string> wrong, IReadOnlyList<Observation> observations) =>
        new([new Alternative([finding], [])], [.. wrong], 0, observations.Count(o => wrong.Any(o.Differs)));
}

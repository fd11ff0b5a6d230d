using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>
/// Dense layers and norms by hand: the right ones agree, however they are written; the wrong ones are caught.
/// </summary>
[Parallelizable]
public sealed class LayerRecipeTests
{
    private static readonly HashSet<string> s_named =
    [
        "perceptron-tanh-slope-forgotten", "perceptron-rows-rectifier-forgotten", "residual-block-slope-forgotten",
        "residual-block-branch-forgotten", "tied-autoencoder-encoder-alone", "tied-autoencoder-decoder-alone",
        "dropout-keep-probability-forgotten", "dropout-mask-forgotten", "dropout-before-the-mask",
        "softmax-regression-target-minus-output", "siamese-contrastive-first-use-alone",
        "siamese-contrastive-both-branches-alike",
        "layer-norm-variance-forgotten", "layer-norm-mean-forgotten", "batch-norm-variance-forgotten",
        "rms-norm-length-taken-for-constant", "rms-norm-sum-for-mean", "l2-normalisation-length-taken-for-constant",
    ];

    private static IEnumerable<TestCaseData> Right() =>
        from recipe in LayerRecipes.All
        from derivation in recipe.Others.Prepend(recipe.Derivation)
        select new TestCaseData(derivation).SetArgDisplayNames(derivation.Name);

    private static IEnumerable<TestCaseData> Wrong() =>
        from recipe in LayerRecipes.All
        from mistake in recipe.Mistakes
        select new TestCaseData(mistake).SetArgDisplayNames(mistake.Derivation.Name);

    // The others have in Says what it is to learn.
    private static IEnumerable<TestCaseData> Named() =>
        Wrong().Where(w => s_named.Contains(((Trial)w.Arguments[0]!).Derivation.Name));

    [TestCaseSource(nameof(Right))]
    public void Every_right_derivation_agrees_in_both_element_types(object derivation)
    {
        var right = (Derivation)derivation;
        var result = GradientCheck.Run(right, new CheckOptions { Cases = 30, MaxSize = 6, Types = ElementType.All });

        Assert.That(
            result.Verdict,
            Is.EqualTo(Verdict.Agrees),
            () => string.Concat(result.Suites.SelectMany(s => s.Findings).Take(2).Select(f => Samples.Text(right, f))));
    }

    [TestCaseSource(nameof(Wrong))]
    public void Every_wrong_one_is_caught_by_the_default_check(object mistake)
    {
        var trial = (Trial)mistake;
        var result = GradientCheck.Run(trial.Derivation, new CheckOptions { Cases = 20 });

        Assert.That(result.Verdict, Is.GreaterThanOrEqualTo(Verdict.Disagrees), trial.Line);
        Assert.That(trial.IsWrong, Is.True);
        Assert.That(trial.Says.Count + trial.Places.Count, Is.GreaterThan(0), "what a diagnosis is to say");
    }

    [TestCaseSource(nameof(Named))]
    public void What_the_diagnosis_can_name_it_names(object mistake)
    {
        var trial = (Trial)mistake;
        var diagnosis = FaultLocalization.Of(trial.Derivation, First(trial));

        var said = diagnosis?.Explanations.Select(e => e.Sentence).ToList() ?? [];
        Assert.That(said, Is.Not.Empty);
        Assert.That(said.Where(sentence => !trial.IsNamedBy(sentence)), Is.Empty, string.Join(" or ", trial.Says));
    }

    // The first case that catches it, an exact one where there are any.
    private static CaseStack First(Trial trial)
    {
        var network = trial.Derivation.Network;
        var kind = Scenario.MayBeExact(network, Samples.SquaredError) ? CaseKind.Exact : CaseKind.Real;
        var type = ElementType.Float64;
        return Enumerable.Range(0, 100)
            .Select(i => ShapeDraw.Of(
                network, Samples.SquaredError, 12, 2020, i, s => kind == CaseKind.Real || s.RangeOf(type) > 0))
            .Select((scenario, i) => CaseGenerator.Generate(new CaseId(scenario, kind, type, 2020 + (ulong)i)))
            .First(batch => Comparison.Of(trial.Derivation, batch).Judge(0).Verdict >= Verdict.Disagrees);
    }
}

using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Attention, convolution, pooling and embeddings by hand: the right ones agree, the wrong ones are
/// caught.</summary>
[Parallelizable]
public sealed class SequenceRecipeTests
{
    private static readonly Loss s_labels = Loss.Of("label-cross-entropy");

    private static IEnumerable<TestCaseData> Right() =>
        from recipe in SequenceRecipes.All
        from derivation in recipe.Others.Prepend(recipe.Derivation)
        select new TestCaseData(derivation).SetArgDisplayNames(derivation.Name);

    private static IEnumerable<TestCaseData> Wrong() =>
        from recipe in SequenceRecipes.All
        from mistake in recipe.Mistakes
        select new TestCaseData(mistake).SetArgDisplayNames(mistake.Name);

    [TestCaseSource(nameof(Right))]
    public void Every_right_derivation_agrees_however_it_is_written(Derivation derivation)
    {
        var result = GradientCheck.Run(
            derivation, new CheckOptions { Cases = 20, MaxSize = 5, Types = ElementType.All });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), () => TextOf(result));
    }

    [TestCaseSource(nameof(Wrong))]
    public void Every_wrong_one_is_caught_by_the_default_check(object mistake)
    {
        var trial = (Trial)mistake;
        var result = GradientCheck.Run(trial.Derivation, new CheckOptions { Cases = 20, MaxSize = 6 });

        Assert.That(result.Verdict, Is.GreaterThanOrEqualTo(Verdict.Disagrees), trial.Line);
        Assert.That(trial.IsWrong, Is.True);
        Assert.That(trial.Says.Concat(trial.Places), Is.Not.Empty, "what a diagnosis is to say");
    }

    [Test]
    public void An_embedding_agrees_with_the_labels_that_it_is_trained_on()
    {
        foreach (var derivation in Catalog.Derivations.All.Where(d => d.Name.StartsWith("cbow-tied", StringComparison.Ordinal)))
        {
            var result = GradientCheck.Run(derivation, new CheckOptions { Cases = 40, Losses = [s_labels] });

            Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), () => TextOf(result));
        }
    }

    [TestCase("cbow-output-only")]
    [TestCase("cbow-overwritten")]
    public void A_wrong_embedding_is_caught_with_labels_too(string mistake) => Assert.That(
        GradientCheck.Run(Mistaken(mistake), new CheckOptions { Cases = 20, Losses = [s_labels] }).Verdict,
        Is.EqualTo(Verdict.Disagrees));

    [Test]
    public void No_output_of_attention_looks_at_a_later_position(
        [Values("causal-attention", "packed-attention", "transformer-block")] string network)
    {
        // V asks for the first position alone: nothing flows back to the others.
        var batch = Real(network, "projection", size: 3);
        var perPosition = batch.Scenario.Output.Sizes.Columns;
        var positions = batch.Shape["T"];
        batch = batch.With("V", old => [.. old.Values.Select((v, j) => j / perPosition % positions == 0 ? v : 0)]);

        var gradients = Catalog.DefaultDerivation(batch.Network).Differentiate(batch)["X"];

        var width = gradients.Columns;
        Assert.That(gradients.Values.Where((_, j) => j / width % positions > 0), Is.All.Zero);
        Assert.That(gradients.Values.Where((_, j) => j / width % positions == 0), Has.Some.Not.Zero);
    }

    [Test]
    public void A_mask_of_minus_infinity_leaves_the_estimate_of_rounding_finite(
        [Values("causal-attention", "packed-attention")] string network)
    {
        var batch = Real(network, "squared-error", size: 3);
        var estimate = RoundingEstimate.Of(batch);

        foreach (var tensor in batch.Scenario.Differentiated)
        {
            Assert.That(estimate[tensor.Name], Is.GreaterThan(0).And.LessThan(1e-10), tensor.Name);
        }
    }

    [Test]
    public void The_maximum_of_equal_entries_hands_its_gradient_to_the_first_alone()
    {
        var batch = Real("max-pool", "projection", size: 2).With(
            "X", x => [.. x.Values.Select(_ => 1.0)]).With("V", v => [.. v.Values.Select(_ => 1.0)]);

        var gradient = Catalog.Derivations.Find("max-pool").Differentiate(batch)["X"];

        Assert.That(gradient.Values.Where((_, j) => j % 4 == 0), Has.All.Not.Zero);
        Assert.That(gradient.Values.Where((_, j) => j % 4 > 0), Is.All.Zero);
    }

    private static Derivation Mistaken(string name) =>
        SequenceRecipes.All.SelectMany(r => r.Mistakes).Single(m => m.Name == name).Derivation;

    private static CaseStack Real(string network, string loss, int size)
    {
        var found = Catalog.Networks.Find(network);
        var shape = new Shape(found.Dimensions.Select(d => (d, size)));
        return CaseGenerator.Generate(new CaseId(found, Loss.Of(loss), shape, CaseKind.Real, ElementType.Float64, 11));
    }

    private static string TextOf(CheckResult result) =>
        string.Concat(
            result.Suites.SelectMany(s => s.Findings).Take(2).Select(f => Samples.Text(result.Derivation, f)));
}

using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Recurrent cells of the cookbook: right ones agree, however they are written, and wrong ones are caught
/// where they are wrong.</summary>
[Parallelizable]
public sealed class RecurrentTests
{
    private static IEnumerable<string> Right() =>
        RecurrentRecipes.All.SelectMany(r => r.Others.Prepend(r.Derivation)).Select(d => d.Name);

    private static IEnumerable<string> Wrong() => RecurrentRecipes.All.SelectMany(r => r.Mistakes).Select(m => m.Name);

    [TestCaseSource(nameof(Right))]
    public void Every_way_of_writing_a_cell_agrees_in_both_element_types(string name)
    {
        var options =
            new CheckOptions { Cases = 12, MaxSize = 6, Losses = [Loss.All[0], Loss.All[^1]], Types = ElementType.All };

        var result = GradientCheck.Run(Catalog.Derivations.Find(name), options);

        Assert.That(
            result.Suites.Sum(s => s.Counts.Where(c => c.Key >= Verdict.Disagrees).Sum(c => c.Value)),
            Is.Zero,
            () => result.ToString());
        Assert.That(
            result.Suites.Sum(s => s.Counts[Verdict.Inconclusive]), Is.LessThanOrEqualTo(1), () => result.ToString());
    }

    [TestCaseSource(nameof(Right))]
    public void Twenty_steps_agree(string name)
    {
        var derivation = Catalog.Derivations.Find(name);
        var sizes = new Dictionary<string, int> { ["T"] = 20, ["n"] = 3, ["h"] = 4, ["m"] = 2, ["B"] = 5 };
        var shape = new Shape(derivation.Network.Dimensions.Select(d => (d, sizes[d])));

        var batch = CaseGenerator.Generate(
            new CaseId(derivation.Network, Loss.All[0], shape, CaseKind.Real, ElementType.Float64, 1));

        Assert.That(Comparison.Of(derivation, batch).Judge(0).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void A_gate_that_libtorch_has_at_0_because_its_exponential_overflows_is_not_held_against_one_of_1E_40()
    {
        var derivation = Catalog.Derivations.Find("lstm-apart");

        var result = GradientCheck.Replay(
            derivation, "lstm-apart/squared-error T=3 n=3 h=3 B=3 real float32 seed=2030 values=huge");

        Assert.That(result.Verdict, Is.LessThanOrEqualTo(Verdict.Inconclusive), () => result.ToString());
    }

    [TestCaseSource(nameof(Wrong))]
    public void Every_slip_is_caught(string name)
    {
        var result = GradientCheck.Run(
            Catalog.Derivations.Find(name), new CheckOptions { Cases = 8, Losses = [Loss.All[0]] });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [TestCase("lstm-state-off-by-one")]
    [TestCase("lstm-last-step-only")]
    [TestCase("lstm-apart-biases-of-forget")]
    [TestCase("gru-state-off-by-one")]
    [TestCase("bidirectional-rnn-one-direction-only")]
    [TestCase("lstm-cell-not-carried")]
    [TestCase("lstm-apart-cell-off-by-one")]
    [TestCase("lstm-peephole-output-peephole-forgotten")]
    [TestCase("gru-minus-lost")]
    [TestCase("gru-apart-reset-for-state")]
    public void A_slip_is_named(string name)
    {
        var mistake = RecurrentRecipes.All.SelectMany(r => r.Mistakes).Single(m => m.Name == name);
        var sizes = new Dictionary<string, int> { ["T"] = 3, ["n"] = 2, ["h"] = 4, ["m"] = 5, ["B"] = 6 };
        var shape = new Shape(mistake.Derivation.Network.Dimensions.Select(d => (d, sizes[d])));

        var batch = CaseGenerator.Generate(
            new CaseId(mistake.Derivation.Network, Loss.All[0], shape, CaseKind.Real, ElementType.Float64, 1));
        var diagnosis = FaultLocalization.Of(mistake.Derivation, batch)!;

        Assert.That(diagnosis.Unexplained, Is.Empty);
        Assert.That(
            diagnosis.Explanations.Select(e => e.Sentence),
            Is.All.Matches<string>(sentence => mistake.IsNamedBy(sentence!)));
    }

    [TestCase("lstm-last-step-only", "Wx")]
    [TestCase("lstm-state-off-by-one", "Wh")]
    [TestCase("lstm-apart-biases-of-forget", "bi bo")]
    [TestCase("lstm-peephole-output-looks-back", "po")]
    [TestCase("gru-state-off-by-one", "Wh")]
    [TestCase("gru-apart-state-for-reset-state", "Un")]
    [TestCase("bidirectional-rnn-state-of-other-side", "Ur")]
    [TestCase("bidirectional-rnn-one-direction-only", "X1 X2 X3")]
    [TestCase("bidirectional-rnn-order-not-reversed", "Wr Ur br R4 X1 X2 X3")]
    public void A_slip_spoils_the_gradients_behind_it_and_no_others(string name, string spoiled)
    {
        var derivation = Catalog.Derivations.Find(name);
        var sizes = new Dictionary<string, int> { ["T"] = 3, ["n"] = 2, ["h"] = 4, ["m"] = 5, ["B"] = 6 };
        var shape = new Shape(derivation.Network.Dimensions.Select(d => (d, sizes[d])));

        var batch = CaseGenerator.Generate(
            new CaseId(derivation.Network, Loss.All[0], shape, CaseKind.Real, ElementType.Float64, 1));
        var found = Comparison.Of(derivation, batch).Describe(0);

        Assert.That(string.Join(' ', found.Failing.Select(t => t.Name)), Is.EqualTo(spoiled));
    }

    [Test]
    public void The_cell_that_is_not_carried_back_is_seen_at_the_first_step_of_any_number()
    {
        var derivation = Catalog.Derivations.Find("lstm-cell-not-carried");
        foreach (var steps in new[] { 1, 2, 20 })
        {
            var result = GradientCheck.Replay(
                derivation, $"lstm/squared-error T={steps} n=2 h=3 B=2 real float64 seed=1");
            Assert.That(result.ToString(), Does.Contain("  C0 3×2    6 of 6 entries differ"));
        }
    }

    [Test]
    public void Every_recipe_has_a_derivation_to_read_another_way_of_writing_it_and_mistakes_with_their_places()
    {
        foreach (var recipe in RecurrentRecipes.All)
        {
            Assert.Multiple(() =>
            {
                Assert.That(recipe.Lines, Has.Count.InRange(12, 24), recipe.Network.Name);
                Assert.That(recipe.Lines.Max(line => line.Length), Is.LessThanOrEqualTo(118), recipe.Network.Name);
                Assert.That(recipe.Others, Is.Not.Empty, recipe.Network.Name);
                Assert.That(recipe.Mistakes, Has.Count.InRange(2, 4), recipe.Network.Name);
                Assert.That(recipe.Mistakes.Select(m => m.Places.Count), Is.All.Positive, recipe.Network.Name);
            });
        }
    }
}

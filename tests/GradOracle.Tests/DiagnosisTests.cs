using GradOracle.Diagnoses;
using GradOracle.Mistakes;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class DiagnosisTests
{
    private static IEnumerable<TestCaseData> Mistakes() => MistakeCatalog.All.Select(m => new TestCaseData(m).SetName($"Diagnosis of {m.Name}"));

    [TestCaseSource(nameof(Mistakes))]
    public void Every_mistake_is_caught_by_both_kinds_and_named_for_what_it_is(Mistake mistake)
    {
        var detection = Detection.Of(mistake);

        Assert.Multiple(() =>
        {
            Assert.That(detection.Exact, Is.Not.Null);
            Assert.That(detection.Real, Is.Not.Null);
            Assert.That(detection.Diagnosis!.Unexplained, Is.Empty);
            Assert.That(detection.Diagnosis.Explanations.Select(e => e.Sentence), Is.EqualTo(new[] { mistake.Diagnosis }));
            Assert.That(detection.IsRight);
        });
    }

    [Test]
    public void The_catalogue_has_at_least_thirty_mistakes_and_no_two_of_one_name() =>
        Assert.That(MistakeCatalog.All.Select(m => m.Name).Distinct().Count(), Is.EqualTo(MistakeCatalog.All.Count).And.GreaterThanOrEqualTo(30));

    [Test]
    public void A_mistake_that_does_not_round_leaves_residual_0()
    {
        foreach (var mistake in MistakeCatalog.All.Where(m => !m.WrongLine.Contains('/') && !m.WrongLine.Contains('η') && m.Name != "one-millionth" && m.Name != "gradient-of-another-loss"))
        {
            Assert.That(Diagnostician.Of(mistake, Samples.Exact(Samples.Unequal))!.Explanations.Single().Residual, Is.Zero, mistake.Name);
        }
    }

    [Test]
    public void Mistakes_are_named_the_same_on_every_loss_that_shows_them()
    {
        foreach (var loss in Registry.Losses.All)
        {
            foreach (var name in new[] { "missing-x1-contribution", "untransposed-wh", "stale-activation-wy", "last-row-forgotten" })
            {
                var mistake = MistakeCatalog.All.Single(m => m.Name == name);
                Assert.That(Diagnostician.Of(mistake, Samples.Real(Samples.Unequal, loss))!.Explanations.Select(e => e.Sentence), Is.EqualTo(new[] { mistake.Diagnosis }), loss.Name);
            }
        }
    }

    [Test]
    public void A_right_derivation_has_no_diagnosis([Values("shared-weight", "shared-weight-batch", "answer-1-corrected", "answer-2-corrected", "answer-3-corrected")] string derivation)
    {
        foreach (var loss in Registry.Losses.All)
        {
            Assert.That(Diagnostician.Of(Registry.Derivations.Find(derivation), Samples.Real(Samples.Unequal, loss)), Is.Null);
        }
    }

    [TestCase("answer-1", "Whᵀ and ∂L/∂H2 are multiplied in the wrong order in ∂L/∂H1, as ∂Wx uses it")]
    [TestCase("answer-2", "Wx stands in place of Wh in ∂L/∂H1")]
    [TestCase("answer-3", "Wh multiplies X1 in place of ∂L/∂H2 in the contribution of Wx on X1: ∂L/∂H2 (Wh X1)ᵀ for (Whᵀ ∂L/∂H2) X1ᵀ")]
    public void The_answers_are_found_wrong_with_the_same_sentence_at_the_sizes_of_the_comment_and_at_equal_ones(string answer, string sentence)
    {
        var derivation = Registry.Derivations.Find(answer);
        var (comment, equal) = (Samples.Exact(Samples.SizesOf(2, 3, 1, 1)), Samples.Exact(Samples.SizesOf(3, 3, 3, 3)));

        Assert.Multiple(() =>
        {
            Assert.That(GradientCheck.Compare(derivation, comment).Judge(0).Verdict, Is.EqualTo(Verdict.NotComparable));
            Assert.That(GradientCheck.Compare(derivation, equal).Judge(0).Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(Diagnostician.Of(derivation, comment)!.Explanations.Select(e => e.Sentence), Is.EqualTo(new[] { sentence }));
            Assert.That(Diagnostician.Of(derivation, equal)!.Explanations.Select(e => e.Sentence), Is.EqualTo(new[] { sentence }));
        });
    }

    [Test]
    public void Corrected_answers_agree([Values("answer-1-corrected", "answer-2-corrected", "answer-3-corrected")] string answer) =>
        Assert.That(GradientCheck.Run(Registry.Derivations.Find(answer), new CheckOptions { Cases = 20 }).Verdict, Is.EqualTo(Verdict.Agrees));

    [Test]
    public void Two_mistakes_in_different_gradients_are_both_named()
    {
        var both = new Sabotaged(g =>
        {
            g["Wy"].Values.AsSpan().Clear();
            foreach (ref var entry in g["X2"].Values.AsSpan())
            {
                entry = -entry;
            }
        });

        var diagnosis = Diagnostician.Of(both, Samples.Exact(Samples.Unequal))!;

        Assert.That(diagnosis.Explanations.Select(e => e.Sentence), Is.EquivalentTo(new[] { "the gradient of Wy is missing", "the gradient of X2 has the wrong sign" }));
    }

    [Test]
    public void What_no_known_mistake_explains_is_said_to_be_unexplained_with_the_place_where_it_is()
    {
        var odd = new Sabotaged(g => g["Wh"].Values[1] += 12345);

        var diagnosis = Diagnostician.Of(odd, Samples.Exact(Samples.Unequal))!;

        Assert.That(diagnosis.Explanations, Is.Empty);
        Assert.That(diagnosis.Unexplained.Single(), Does.Match(@"^only entry \[0,1\] of the gradient of Wh is wrong, and none of \d+ known mistakes gives its values$"));
    }

    [Test]
    public void A_derivation_that_gives_nothing_has_no_diagnosis_but_a_sentence()
    {
        var nothing = new Sabotaged(g => g.Gradients.ToList().ForEach(t => g.SetFault(0, t.Name, "nothing")));

        Assert.That(Diagnostician.Of(nothing, Samples.Exact(Samples.Unequal))!.Unexplained, Is.EqualTo(new[] { "the derivation gives nothing that could be compared, at any of the sizes tried" }));
    }

    [Test]
    public void A_failure_shrinks_to_the_same_smallest_case_whatever_it_was_found_on()
    {
        var derivation = Registry.Derivations.Find("answer-3");
        var names = new[] { Samples.SizesOf(3, 3, 3, 3), Samples.SizesOf(4, 4, 5, 2) }.Select(shape =>
        {
            var batch = Samples.Exact(shape);
            return Cases.Shrinker.Shrink(derivation, batch, GradientCheck.Compare(derivation, batch).Describe(0))!.ToString();
        });

        Assert.That(names, Is.All.EqualTo("shared-weight/squared-error n=2 h=2 m=1 B=1 exact float64 seed=3 k=1"));
    }

    [Test]
    public void What_fails_with_several_examples_only_does_not_shrink_to_one()
    {
        var derivation = MistakeCatalog.All.Single(m => m.Name == "examples-reversed");
        var batch = Samples.Exact(Samples.Unequal);

        var smallest = Cases.Shrinker.Shrink(derivation, batch, GradientCheck.Compare(derivation, batch).Describe(0))!;

        Assert.That(smallest.Shape.ToString(), Is.EqualTo("n=1 h=1 m=1 B=2"));
        Assert.That(GradientCheck.Replay(derivation, smallest.ToString()).Verdict, Is.EqualTo(Verdict.Disagrees));
    }
}

using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

[Parallelizable]
public sealed class DiagnosisTests
{
    private static IEnumerable<TestCaseData> Mistakes() =>
        Catalog.Derivations.All.OfType<Mistake>().Select(m => new TestCaseData(m).SetName($"Diagnosis of {m.Name}"));

    [TestCaseSource(nameof(Mistakes))]
    public void Every_mistake_is_caught_by_both_kinds_and_named_for_what_it_is(Derivation derivation)
    {
        var mistake = (Mistake)derivation;
        var detection = Detection.Of(mistake);

        Assert.Multiple(() =>
        {
            Assert.That(detection.Exact, Is.Not.Null);
            Assert.That(detection.Real, Is.Not.Null);
            Assert.That(detection.Diagnosis!.Unexplained, Is.Empty);
            Assert.That(
                detection.Diagnosis.Explanations.Select(e => e.Sentence), Is.EqualTo(new[] { mistake.Diagnosis }));
            Assert.That(detection.IsRight);
        });
    }

    [Test]
    public void The_catalogue_has_at_least_thirty_mistakes_and_no_two_of_one_name() =>
        Assert.That(
            MistakeCatalog.All.Select(m => m.Name).Distinct().Count(),
            Is.EqualTo(MistakeCatalog.All.Count).And.GreaterThanOrEqualTo(30));

    [Test]
    public void A_mistake_that_does_not_round_leaves_residual_0()
    {
        foreach (var mistake in MistakeCatalog.All.Where(m => !m.WrongLine.Contains('/') && !m.WrongLine.Contains('η') && m.Name != "one-millionth" && m.Name != "gradient-of-another-loss"))
        {
            Assert.That(
                FaultLocalization.Of(mistake, Samples.Exact(Samples.Unequal))!.Explanations.Single().Residual,
                Is.Zero,
                mistake.Name);
        }
    }

    [Test]
    public void Mistakes_are_named_the_same_on_every_loss_that_shows_them()
    {
        foreach (var loss in Loss.All)
        {
            foreach (var name in new[] { "missing-x1-contribution", "untransposed-wh", "stale-activation-wy", "last-row-forgotten" })
            {
                var mistake = MistakeCatalog.All.Single(m => m.Name == name);
                Assert.That(
                    FaultLocalization.Of(
                        mistake, Samples.Real(Samples.Unequal, loss))!.Explanations.Select(e => e.Sentence),
                    Is.EqualTo(new[] { mistake.Diagnosis }),
                    loss.Name);
            }
        }
    }

    [Test]
    public void A_right_derivation_has_no_diagnosis(
        [
            Values("shared-weight-batch", "answer-1-corrected", "answer-2-corrected", "answer-3-corrected")
        ] string derivation)
    {
        foreach (var loss in Loss.All)
        {
            Assert.That(
                FaultLocalization.Of(Catalog.Derivations.Find(derivation), Samples.Real(Samples.Unequal, loss)),
                Is.Null);
        }
    }

    [TestCase("answer-1", "Whᵀ and ∂L/∂H2 are multiplied in the wrong order in ∂L/∂H1, as ∂Wx uses it")]
    [TestCase("answer-2", "Wx stands in place of Wh in ∂L/∂H1")]
    [TestCase("answer-3", "Wh multiplies X1 in place of ∂L/∂H2 in the contribution of Wx on X1: ∂L/∂H2 (Wh X1)ᵀ for (Whᵀ ∂L/∂H2) X1ᵀ")]
    public void The_answers_are_found_wrong_with_the_same_sentence_at_the_sizes_of_the_comment_and_at_equal_ones(
        string answer, string sentence)
    {
        var derivation = Catalog.Derivations.Find(answer);
        var (comment, equal) = (Samples.Exact(Samples.SizesOf(2, 3, 1, 1)), Samples.Exact(Samples.SizesOf(3, 3, 3, 3)));

        Assert.Multiple(() =>
        {
            Assert.That(Comparison.Of(derivation, comment).Judge(0).Verdict, Is.EqualTo(Verdict.NotComparable));
            Assert.That(Comparison.Of(derivation, equal).Judge(0).Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(
                FaultLocalization.Of(derivation, comment)!.Explanations.Select(e => e.Sentence),
                Is.EqualTo(new[] { sentence }));
            Assert.That(
                FaultLocalization.Of(derivation, equal)!.Explanations.Select(e => e.Sentence),
                Is.EqualTo(new[] { sentence }));
        });
    }

    [Test]
    public void Corrected_answers_agree(
        [Values("answer-1-corrected", "answer-2-corrected", "answer-3-corrected")] string answer) =>
        Assert.That(
            GradientCheck.Run(Catalog.Derivations.Find(answer), new CheckOptions { Cases = 20 }).Verdict,
            Is.EqualTo(Verdict.Agrees));

    [TestCase("dWx / 4")]
    [TestCase("dWx halved for B = 4")]
    public void A_number_is_not_taken_for_a_size_that_happens_to_equal_it(string mistake)
    {
        var derivation = new Odd((lines, B) => lines["Wx"] *= mistake == "dWx / 4" ? 0.25 : B == 4 ? 0.5 : 1);

        var diagnosis = FaultLocalization.Of(derivation, Samples.Exact(Samples.SizesOf(2, 3, 4, 4)))!;

        Assert.That(diagnosis.Explanations.Select(e => e.Sentence), Is.EqualTo(new[]
        {
            mistake == "dWx / 4" ? "the gradient of Wx is multiplied by 1/4" : "the gradient of Wx is wrong where B is 4, and right at all other sizes that were tried, whatever the numbers",
        }));
    }

    [Test]
    public void Near_convergence_right_gradients_are_not_called_wrong()
    {
        var batch = Samples.Real(Samples.SizesOf(20, 20, 2, 3));
        batch = batch.With(
            "T", _ => [.. Autograd.Differentiate(batch).Output.Values.Select((y, j) => y - 1e-6 * (j + 1))]);

        var diagnosis = FaultLocalization.Of(Samples.MissingX1Contribution, batch)!;

        Assert.That(diagnosis.Unexplained, Is.Empty);
        Assert.That(
            diagnosis.Explanations.Select(e => e.Sentence),
            Is.EqualTo(new[] { "the contribution of Wx on X1 is missing" }));
    }

    [Test]
    public void A_derivation_that_writes_into_its_inputs_writes_into_copies()
    {
        var batch = Samples.Exact(Samples.Unequal);
        var before = batch.Copy();

        Assert.That(Comparison.Of(new Vandal(), batch).Judge(0).Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(batch.Tensors.Select(t => t.Values), Is.EqualTo(before.Tensors.Select(t => t.Values)));
    }

    [Test]
    public void A_span_derivation_that_throws_or_gives_nothing_is_a_finding([Values] bool throws)
    {
        var comparison = Comparison.Of(new Thrower(throws), Samples.Exact(Samples.Unequal)).Describe(0);

        Assert.That(comparison.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(
            comparison.Tensors.Select(t => t.Reason),
            Is.All.EqualTo(
                throws
                    ? "the derivation failed: NotSupportedException: no batches here"
                    : "the derivation gives no gradients"));
    }

    [Test]
    public void A_missing_gradient_beside_another_mistake_is_mentioned()
    {
        var odd = new Sabotaged(g =>
        {
            g["Wh"].Values[0] = double.NaN;
            g["Wy"].Values.AsSpan().Clear();
        });

        var diagnosis = FaultLocalization.Of(odd, Samples.Exact(Samples.Unequal))!;

        Assert.That(
            diagnosis.Explanations.Select(e => e.Sentence), Is.EqualTo(new[] { "the gradient of Wy is missing" }));
        Assert.That(
            diagnosis.Unexplained,
            Is.EqualTo(new[] { "the derivation gives no finite gradient of Wh, at least in some cases" }));
    }

    [Test]
    public void A_derivation_that_is_not_deterministic_is_told_so()
    {
        var calls = 0;
        var random = new Sabotaged(g => g["Wh"].Values[0] += calls++);

        var examination = FailureAnalysis.Of(random, Samples.Exact(Samples.Unequal));

        Assert.That(
            examination.Diagnosis!.Unexplained,
            Is.EqualTo(
                new[] { "the derivation gives different gradients for the same case: it is not deterministic" }));
    }

    [Test]
    public void A_mistake_is_named_by_other_cases_where_its_own_overflows_and_nothing_crashes(
        [Values("squared-error", "projection")] string loss, [Values(1e60, 1e200)] double size)
    {
        var batch = Samples.Real(Samples.Unequal, Named.Losses.Find(loss)).Map(v => v * size);

        Assert.That(() => Samples.Examined(Samples.MissingX1Contribution, batch), Throws.Nothing);
        Assert.That(
            FaultLocalization.Of(Samples.MissingX1Contribution, batch)!.Explanations.Select(e => e.Sentence),
            Is.EqualTo(new[] { "the contribution of Wx on X1 is missing" }));
    }

    [Test]
    public void A_large_case_that_only_autograd_judges_is_examined_all_the_same()
    {
        var derivation = new Odd((lines, B) => lines["Wx"] *= lines["Wx"].ColumnCount > 20 ? 2 : 1);

        var text = Samples.Examined(derivation, Samples.Exact(Samples.SizesOf(32, 32, 4, 8)));

        Assert.That(text, Does.Contain("derivation ≠ autograd: the derivation is wrong or the oracle is"));
    }

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

        var diagnosis = FaultLocalization.Of(both, Samples.Exact(Samples.Unequal))!;

        Assert.That(
            diagnosis.Explanations.Select(e => e.Sentence),
            Is.EquivalentTo(new[] { "the gradient of Wy is missing", "the gradient of X2 has the wrong sign" }));
    }

    [Test]
    public void What_no_known_mistake_explains_is_said_to_be_unexplained_with_the_place_where_it_is()
    {
        var odd = new Sabotaged(g => g["Wh"].Values[1] += 12345);

        var diagnosis = FaultLocalization.Of(odd, Samples.Exact(Samples.Unequal))!;

        Assert.That(diagnosis.Explanations, Is.Empty);
        Assert.That(diagnosis.Unexplained.Single(), Does.Match(@"^only entry \[0,1\] of the gradient of Wh is wrong, and none of \d+ known mistakes gives its values$"));
    }

    [Test]
    public void A_derivation_that_gives_nothing_has_no_diagnosis_but_a_sentence()
    {
        var nothing = new Sabotaged(g => g.Gradients.ToList().ForEach(t => g.SetFault(0, t.Name, "nothing")));

        Assert.That(
            FaultLocalization.Of(nothing, Samples.Exact(Samples.Unequal))!.Unexplained,
            Is.EqualTo(new[] { "the derivation gives nothing that could be compared, at any of the sizes tried" }));
    }

    /// <summary>The right derivation with its matrices changed by a function that knows B.</summary>
    private sealed class Odd(Action<Gradients<double>, int> change) : MatrixDerivation(Samples.SharedWeight)
    {
        public override string Name => "odd";

        public override string Summary => "wrong on purpose";

        protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
        {
            var d = x.InDouble();
            var (Wx, Wh, Wy, X1, X2) = (d["Wx"], d["Wh"], d["Wy"], d["X1"], d["X2"]);
            var H1 = Wx * X1;
            var H2 = Wh * H1 + Wx * X2;
            var G = d.OutputGradient(Wy * H2);
            var D2 = Wy.Transpose() * G;
            var D1 = Wh.Transpose() * D2;
            var all = new Gradients<double> { ["Wx"] = D1 * X1.Transpose() + D2 * X2.Transpose(), ["Wh"] = D2 * H1.Transpose(), ["Wy"] = G * H2.Transpose(), ["X1"] = Wx.Transpose() * D1, ["X2"] = Wx.Transpose() * D2 };
            change(all, d.Shape["B"]);
            return new() { ["Wx"] = Cast<T>(all["Wx"]), ["Wh"] = Cast<T>(all["Wh"]), ["Wy"] = Cast<T>(all["Wy"]), ["X1"] = Cast<T>(all["X1"]), ["X2"] = Cast<T>(all["X2"]) };
        }
    }

    /// <summary>Clears an input before it differentiates.</summary>
    private sealed class Vandal : Derivation
    {
        public override string Name => "vandal";

        public override string Summary => "wrong on purpose";

        public override Network Network => Samples.SharedWeight;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var forward = new SharedWeightBatchBackprop().Differentiate(batch).Output;
            batch["X1"].Values.AsSpan().Clear();
            var result = new SharedWeightBatchBackprop().Differentiate(batch);
            forward.Values.CopyTo(result.Output.Values, 0);
            return result;
        }
    }

    private sealed class Thrower(bool throws) : Derivation
    {
        public override string Name => "thrower";

        public override string Summary => "wrong on purpose";

        public override Network Network => Samples.SharedWeight;

        public override GradientStack Differentiate(CaseStack batch) =>
            throws ? throw new NotSupportedException("no batches here") : null!;
    }

    [Test]
    public void A_failure_shrinks_to_the_same_smallest_case_whatever_it_was_found_on()
    {
        var derivation = Catalog.Derivations.Find("answer-3");
        var names = new[] { Samples.SizesOf(3, 3, 3, 3), Samples.SizesOf(4, 4, 5, 2) }.Select(shape =>
        {
            var batch = Samples.Exact(shape);
            return Shrinker.Shrink(derivation, batch, Comparison.Of(derivation, batch).Describe(0))!.ToString();
        });

        Assert.That(names, Is.All.EqualTo("shared-weight/squared-error n=2 h=2 m=1 B=1 exact float64 seed=3 k=1"));
    }

    [Test]
    public void What_fails_with_several_examples_only_does_not_shrink_to_one()
    {
        var derivation = MistakeCatalog.All.Single(m => m.Name == "examples-reversed");
        var batch = Samples.Exact(Samples.Unequal);

        var smallest = Shrinker.Shrink(derivation, batch, Comparison.Of(derivation, batch).Describe(0))!;

        Assert.That(smallest.Shape.ToString(), Is.EqualTo("n=1 h=1 m=1 B=2"));
        Assert.That(GradientCheck.Replay(derivation, smallest.ToString()).Verdict, Is.EqualTo(Verdict.Disagrees));
    }
}

using GradOracle.Updates;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>A step is certified exact only where every one of its sums is: for each, a step that breaks it
/// alone.</summary>
[Category("Quick")]
public sealed class StepTests
{
    private static readonly UpdateRule s_dyadic = new(1 / 64.0, 0.5, 0.25);

    [Test]
    public void A_step_of_small_integers_by_powers_of_two_is_certified_with_and_without_buffers()
    {
        Assert.That(StepCertificate.IsExact(State(), s_dyadic));
        Assert.That(StepCertificate.IsExact(Buffered(State(), 1), s_dyadic));
    }

    [Test]
    public void One_entry_that_is_finer_than_the_lattice_spoils_it() =>
        Assert.That(StepCertificate.IsExact(With("X1", Math.ScaleB(1, -60)), s_dyadic), Is.False);

    // ∂X1 is a product of the others: an entry of 2¹⁵ in each of four makes a gradient of more than 2⁵³ units, though
    // every weight is small enough.
    [Test]
    public void Gradients_that_leave_the_lattice_spoil_it()
    {
        var state = State();
        state = state with { Case = state.Case.Map(v => v * (1 << 15)) };

        Assert.That(state.Weights.Max(w => w.Values.Max(Math.Abs)), Is.LessThan(Math.ScaleB(1, 16)));
        Assert.That(StepCertificate.IsExact(state, s_dyadic), Is.False);
    }

    // Three entries of H2, 2⁵² each: every gradient of a weight is one of them, and only Ŷ is their sum.
    [TestCase(50, true)]
    [TestCase(52, false)]
    public void An_output_that_leaves_the_lattice_spoils_it(int exponent, bool isExact)
    {
        var state = UpdateState.Start(
            Samples.Generate(Samples.Case("shared-weight-bias/projection n=1 h=3 m=1 B=1 exact float64 seed=1 k=1")));
        state = state with { Case = state.Case.Map(v => 1).With("Wh", t => new double[9]).With("X1", _ => [0]).With("X2", _ => [Math.ScaleB(1, exponent)]) };

        Assert.That(StepCertificate.IsExact(state, new UpdateRule(1)), Is.EqualTo(isExact));
    }

    [Test]
    public void The_run_by_hand_goes_its_own_way()
    {
        var fast = UpdateMistake.All.Single(m => m.Name == "forgotten-rate");
        var result = UpdateRun.Of(
            new OwnBackprop(), Samples.Real(Samples.Unequal), new UpdateRule(1 / 256.0), 3, fast);

        Assert.That(result.Losses.First(), Is.EqualTo(result.ExpectedLosses.First()));
        Assert.That(result.Losses.ElementAt(1), Is.Not.EqualTo(result.ExpectedLosses.ElementAt(1)).Within(1e-6));
        Assert.That(result.Distance, Is.GreaterThan(1e-3));
    }

    // The buffer alone: it is no part of the gradient, and η v of the weight.
    [TestCase(1L << 54)]
    [TestCase(1L << 53)]
    public void A_buffer_that_leaves_the_lattice_spoils_it(double value) =>
        Assert.That(StepCertificate.IsExact(Buffered(State(), value), s_dyadic), Is.False);

    [Test]
    public void A_buffer_that_is_finer_than_the_lattice_spoils_it() =>
        Assert.That(StepCertificate.IsExact(Buffered(State(), Math.ScaleB(1, -60)), s_dyadic), Is.False);

    [Test]
    public void A_weight_that_meets_the_step_on_a_finer_lattice_spoils_it()
    {
        // by is in no product, and its gradient is that of the projection whatever it is: only W − η v, counted in
        // units of η's 2⁻⁶, is too large.
        var state = UpdateState.Start(
            Samples.Generate(Samples.Case("shared-weight-bias/projection n=2 h=3 m=1 B=1 exact float64 seed=1 k=1")));
        state = state with { Case = state.Case.With("by", t => [.. t.Values.Select(_ => Math.ScaleB(1, 50))]) };

        Assert.That(StepCertificate.IsExact(state, new UpdateRule(1)), Is.True);
        Assert.That(StepCertificate.IsExact(state, new UpdateRule(1 / 64.0)), Is.False);
        Assert.That(StepCertificate.IsExact(state, new UpdateRule(1, WeightDecay: 1 / 64.0)), Is.False);
    }

    [TestCase(0.01, 0, 0)]
    [TestCase(0.5, 0.9, 0)]
    [TestCase(0.5, 0, 0.1)]
    public void A_number_of_the_rule_that_is_no_sum_of_few_powers_of_two_spoils_it(
        double rate, double momentum, double decay) =>
        Assert.That(StepCertificate.IsExact(Buffered(State(), 1), new UpdateRule(rate, momentum, decay)), Is.False);

    [Test]
    public void What_float64_holds_float32_may_not()
    {
        // 2⁶ each: products of up to seven of them.
        var state = State();
        var large = state with { Case = state.Case.Map(v => v * 8) };

        Assert.That(StepCertificate.IsExact(large, s_dyadic));
        Assert.That(
            StepCertificate.IsExact(large with { Case = large.Case with { Type = ElementType.Float32 } }, s_dyadic),
            Is.False);
    }

    [Test]
    public void A_step_by_hand_is_the_rule_written_out()
    {
        var batch = Samples.Exact(Samples.SizesOf(1, 1, 1, 1)).Map(_ => 1).With("T", _ => [0]);
        var state = UpdateState.Start(batch);
        var rule = new UpdateRule(0.25, 0.5, 0.125);

        // ∂Wy = G H2 = 2 · 2; g = 4 + 0.125; v = g; W = 1 − 0.25 · 4.125. Then v ← 0.5 v + g.
        var first = new SgdUpdate().Step(state, rule, new OwnBackprop().Differentiate);
        Assert.That(
            (Of(first.Weights, "Wy"), Of(first.Buffers, "Wy"), first.Step), Is.EqualTo((1 - 0.25 * 4.125, 4.125, 1)));

        var gradient = new OwnBackprop().Differentiate(first.Case)["Wy"].Values[0];
        var second = new SgdUpdate().Step(first, rule, new OwnBackprop().Differentiate);
        var v = 0.5 * 4.125 + (gradient + 0.125 * Of(first.Weights, "Wy"));
        Assert.That(
            (Of(second.Weights, "Wy"), Of(second.Buffers, "Wy")), Is.EqualTo((Of(first.Weights, "Wy") - 0.25 * v, v)));
        Assert.That(
            new SgdUpdate().Step(state, rule with { Momentum = 0 }, new OwnBackprop().Differentiate).Buffers,
            Is.Empty);

        static double Of(IReadOnlyList<TensorStack> all, string name) => all.Single(t => t.Name == name).Values[0];
    }

    [Test]
    public void A_weight_or_a_buffer_beyond_its_bound_disagrees_and_at_it_agrees()
    {
        TensorStack Of(params double[] values) => new("W", 1, new Sizes(1, 2), values);

        var at = UpdateComparison.Of("W", Of(1, 2), Of(1.5, 2), [0.5, 0], null);
        var beyond = UpdateComparison.Of("W", Of(1, 2), Of(1.5, 2.25), [0.5, 0.125], null);
        var unwritten = UpdateComparison.Of("W", Of(1, 2), Of(double.NaN, 2), [0.5, 0.5], null);
        var diverged = UpdateComparison.Of("W", Of(double.PositiveInfinity, 2), Of(7, 2), [0.5, 0.5], null);
        var unbounded = UpdateComparison.Of("W", Of(1, 2), Of(7, 2), [double.PositiveInfinity, 0.5], null);

        Assert.Multiple(() =>
        {
            Assert.That((at.Verdict, at.Differing, at.Worst!.ErrorInBounds), Is.EqualTo((Verdict.Agrees, 0, 1.0)));
            Assert.That(
                (beyond.Verdict, beyond.Differing, beyond.Worst!.Column, beyond.Worst.ErrorInBounds),
                Is.EqualTo((Verdict.Disagrees, 1, 1, 2.0)));
            Assert.That((unwritten.Verdict, unwritten.Differing), Is.EqualTo((Verdict.Disagrees, 1)));
            Assert.That((diverged.Verdict, unbounded.Verdict), Is.EqualTo((Verdict.Agrees, Verdict.Agrees)));
            Assert.That(
                UpdateComparison.Of("W", Of(1, 2), Of(double.NaN, 2), [double.PositiveInfinity, 0], null).Verdict,
                Is.EqualTo(Verdict.Agrees));
            Assert.That(
                UpdateComparison.Of("W", Of(1, 2), Of(1, 2), [0, 0], "gone").Verdict,
                Is.EqualTo(Verdict.NotComparable));
        });
    }

    [Test]
    public void A_run_takes_its_steps_and_says_how_the_loss_went()
    {
        var result = UpdateRun.Of(
            new OwnBackprop(), Samples.Real(Samples.Unequal), new UpdateRule(1 / 64.0), 4);

        Assert.That(
            (result.Verdict, result.Steps.Count, result.StepsAskedFor, result.Losses.Count(), result.DivergedAfter),
            Is.EqualTo((Verdict.Agrees, 4, 4, 5, (int?)null)));
        Assert.That(result.Losses, Is.Ordered.Descending);
        Assert.That(result.Steps.Max(s => s.ErrorInBounds), Is.LessThanOrEqualTo(1));
        Assert.That(result.Steps.Max(s => s.RunErrorInBounds), Is.LessThanOrEqualTo(1));
    }

    [TestCase(0)]
    [TestCase(1_000_001)]
    public void A_run_has_one_step_or_more_and_a_million_at_most(int steps) => Assert.That(
        () => UpdateRun.Of(
            new OwnBackprop(),
            Samples.Real(Samples.Unequal),
            new UpdateRule(1 / 64.0),
            steps), Throws.TypeOf<BadInputException>());

    [Test]
    public void A_rate_that_is_off_by_a_millionth_disagrees_on_both_kinds([Values] CaseKind kind)
    {
        var batch = kind == CaseKind.Exact
            ? Samples.Generate(Samples.Case("shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=1 k=1"))
            : Samples.Real(Samples.Unequal);
        var off = UpdateMistake.All.Single(m => m.Name == "rate-off-by-a-millionth");

        var result = UpdateRun.Of(new OwnBackprop(), batch, new UpdateRule(1 / 64.0), 2, off);

        Assert.That((result.Verdict, result.FailedAt), Is.EqualTo((Verdict.Disagrees, "step 1 from the same weights")));
        Assert.That(result.Explanation, Does.Contain("the rate is multiplied by 1.000001"));
    }

    private static UpdateState State() => UpdateState.Start(
        Samples.Generate(Samples.Case("shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=1 k=1")));

    private static UpdateState With(string tensor, double entry)
    {
        var state = State();
        return state with { Case = state.Case.With(tensor, t => [entry, .. t.Values.Skip(1)]) };
    }

    private static UpdateState Buffered(UpdateState state, double value) =>
        state with { Buffers = [.. state.Weights.Select(w => w.With(Array.ConvertAll(w.Values, _ => value)))] };
}

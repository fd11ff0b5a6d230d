using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Where a verdict turns into the next: at the numbers themselves, on small tensors whose errors are
/// given.</summary>
[Category("Quick")]
public sealed class VerdictTests
{
    private static readonly double s_u = ElementType.Float64.UnitRoundoff;

    [Test]
    public void Errors_are_counted_beside_twice_what_one_evaluation_may_be_off()
    {
        var found = EntryStatistics.Of([1, 2, 3, -5], [1, 2.5, 3, -4], [0.125, 0.25, 1, 0.25]);

        Assert.Multiple(() =>
        {
            Assert.That(
                (found.IsFinite, found.Differing, found.WorstIndex, found.WorstInBounds),
                Is.EqualTo((true, 1, 3, 2.0)));
            Assert.That(
                (found.LargestBound, found.LargestEntry, found.LargestOfBoth, found.LargestDifference),
                Is.EqualTo((2.0, 4.0, 5.0, 1.0)));
            Assert.That(found.Width, Is.EqualTo(0.5));
        });
    }

    [Test]
    public void A_difference_of_exactly_the_bound_is_within_it_and_a_bit_more_is_not()
    {
        Assert.That(EntryStatistics.Of([1.5], [1], [0.25]).Differing, Is.Zero);
        Assert.That(EntryStatistics.Of([Math.BitIncrement(1.5)], [1], [0.25]).Differing, Is.EqualTo(1));
        Assert.That(EntryStatistics.Of([0.5], [1], [0.25]).Differing, Is.Zero);
        Assert.That(EntryStatistics.Of([0.5 - 2 * s_u], [1], [0.25]).Differing, Is.EqualTo(1));
    }

    [Test]
    public void The_worst_entry_is_found_wherever_it_stands(
        [Range(1, 13)] int length, [Values(0.25, 2)] double inBounds)
    {
        for (var at = 0; at < length; at++)
        {
            var expected = Enumerable.Range(0, length).Select(j => (double)j).ToArray();
            var errors = Enumerable.Range(0, length).Select(j => 1.0 + j).ToArray();
            var received = expected.Select((v, j) => v + (j == at ? inBounds : 0.125) * 2 * errors[j]).ToArray();

            var found = EntryStatistics.Of(received, expected, errors);

            Assert.That(
                (found.WorstIndex, found.WorstInBounds, found.Differing),
                Is.EqualTo((at, inBounds, inBounds > 1 ? 1 : 0)));
            Assert.That((found.LargestBound, found.LargestEntry), Is.EqualTo((2.0 * length, length - 1.0)));
            Assert.That(found.LargestOfBoth, Is.EqualTo(received.Concat(expected).Max()));
            Assert.That(
                found.LargestDifference, Is.EqualTo(received.Zip(expected, (d, a) => d - a).Max()).Within(1e-12));
        }
    }

    [Test]
    public void What_is_not_finite_is_found_wherever_it_stands_and_on_either_side(
        [Range(1, 9)] int length, [Values(double.NaN, double.PositiveInfinity)] double value)
    {
        for (var at = 0; at < length; at++)
        {
            var (one, other) = (new double[length], new double[length]);
            one[at] = value;
            foreach (var errors in new[] { [], Enumerable.Repeat(1.0, length).ToArray(), Enumerable.Repeat(double.PositiveInfinity, length).ToArray() })
            {
                foreach (var found in new[] { EntryStatistics.Of(one, other, errors), EntryStatistics.Of(other, one, errors), EntryStatistics.Of(one, one, errors) })
                {
                    Assert.That(
                        (found.IsFinite, found.WorstIndex, found.WorstInBounds),
                        Is.EqualTo((false, at, double.PositiveInfinity)));
                }
            }
        }
    }

    [Test]
    public void Where_nothing_is_rounded_every_difference_counts_and_the_largest_is_the_worst()
    {
        var found = EntryStatistics.Of([1, 2, 7, 4], [1, 3, 3, 4], []);

        Assert.That(
            (found.Differing, found.WorstIndex, found.WorstInBounds, found.LargestBound),
            Is.EqualTo((2, 2, double.PositiveInfinity, 0.0)));
        Assert.That(EntryStatistics.Of([0, 0], [0, -0.0], []).LargestOfBoth, Is.Zero);
    }

    [Test]
    public void Entries_are_the_same_only_where_all_are_and_all_are_finite([Range(0, 9)] int length)
    {
        double[] Values() => [.. Enumerable.Range(1, length).Select(j => (double)j)];
        Assert.That(EntryStatistics.AreSame(Values(), Values()));
        Assert.That(EntryStatistics.AreSame(Values(), [.. Values(), 1]), Is.False);
        for (var at = 0; at < length; at++)
        {
            var (other, infinite) = (Values(), Values());
            other[at] = Math.BitIncrement(other[at]);
            infinite[at] = double.PositiveInfinity;
            Assert.That(EntryStatistics.AreSame(Values(), other), Is.False, $"{at}");
            Assert.That(EntryStatistics.AreSame(infinite, infinite), Is.False, $"{at}");
        }
    }

    [Test]
    public void An_error_that_is_not_known_allows_everything_and_one_that_is_allows_twice_itself()
    {
        Assert.That(EntryStatistics.AllowedAt([double.NaN, 3], 0), Is.EqualTo(double.PositiveInfinity));
        Assert.That(EntryStatistics.AllowedAt([double.NaN, 3], 1), Is.EqualTo(6));
        Assert.That(EntryStatistics.AllowedAt([], 1), Is.Zero);
    }

    [Test]
    public void A_bound_tells_something_up_to_a_millionth_of_the_largest_entry_and_in_float32_up_to_a_hundredth()
    {
        Assert.That(Proven([1], 0.5e-6), Is.EqualTo(Verdict.Agrees));
        Assert.That(Proven([1], Math.BitIncrement(0.5e-6)), Is.Null);
        Assert.That(Proven([1], 0.5e-2, type: ElementType.Float32), Is.EqualTo(Verdict.Agrees));
        Assert.That(Proven([1], Math.BitIncrement(0.5e-2), type: ElementType.Float32), Is.Null);
    }

    [Test]
    public void Beyond_1024_bounds_nothing_is_rounding()
    {
        var error = Math.ScaleB(1, -50);
        Assert.That(Proven([1 + 1024 * 2 * error], error), Is.Null, "1024 bounds may be");
        Assert.That(Proven([1 + 1025 * 2 * error], error), Is.EqualTo(Verdict.Disagrees));
        Assert.That(Proven([1 + 1025 * 2 * error], error, isTheorem: false), Is.Null);
    }

    [Test]
    public void Up_to_64_roundings_of_the_largest_entry_a_difference_within_the_bound_agrees()
    {
        var error = 4096 * s_u;
        Assert.That(Proven([1 + 64 * s_u], error), Is.EqualTo(Verdict.Agrees));
        Assert.That(Proven([1 + 66 * s_u], error), Is.Null);
        Assert.That(Proven([1 + 64 * s_u], error, isTheorem: false), Is.Null);
    }

    [Test]
    public void Without_rounding_one_bit_is_a_disagreement_and_zeros_on_both_sides_are_nothing()
    {
        TensorFinding Of(double received, double expected, double[] errors) =>
            TensorFinding.Of(EntryStatistics.Of([received], [expected], errors), ElementType.Float64)!.Value;

        Assert.That(
            (Of(1, 1, []).Verdict, Of(1, 1, []).IsZero, Of(1, 1, []).Basis),
            Is.EqualTo((Verdict.Agrees, false, Basis.Exact)));
        Assert.That(Of(Math.BitIncrement(1.0), 1, []).Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That((Of(0, 0, []).Verdict, Of(0, 0, []).IsZero), Is.EqualTo((Verdict.Agrees, true)));
        Assert.That((Of(0, 0, [1e9]).Verdict, Of(0, 0, [1e9]).IsZero), Is.EqualTo((Verdict.Agrees, true)));
        Assert.That(Of(double.NaN, 0, []).Verdict, Is.EqualTo(Verdict.NotComparable));
    }

    // The estimate decides where the theorem does not: within it a value agrees, a little beyond nothing is known, far
    // beyond it is wrong.
    [TestCase(0.8, Verdict.Agrees)]
    [TestCase(1.25, Verdict.Inconclusive)] // the estimate is a few units in the last place
    [TestCase(3.75, Verdict.Inconclusive)]
    [TestCase(4.25, Verdict.Disagrees)]
    public void Beyond_the_estimate_nothing_agrees_and_beyond_four_times_it_disagrees(double times, Verdict verdict)
    {
        var (batch, expected) = Real();
        var estimate = RoundingEstimate.Of(batch);
        var received = Moved(expected, times * estimate.HoweverWritten("Wh"));
        var proven = EntryStatistics.Of(received, expected, Array.ConvertAll(expected, _ => s_u * 1e-6));

        var found = new TensorJudge(batch.Type, () => estimate, () => null).Of("Wh", received, expected, proven);

        Assert.That((found.Verdict, found.Basis, found.IsZero), Is.EqualTo((verdict, Basis.Estimated, false)));
        var isOfTheSameSteps = Math.Abs(received[1] - expected[1]) <= estimate["Wh"];
        Assert.That(
            found.Estimate, Is.EqualTo(isOfTheSameSteps ? estimate["Wh"] : estimate.HoweverWritten("Wh")));
    }

    // In float64 a wrong value is wrong by as much as in float32, in units of the roundoff 2²⁹ times as much.
    [Test]
    public void What_a_little_exceeds_the_estimate_agrees_only_where_it_shrinks_with_the_roundoff()
    {
        var (batch, expected) = Real();
        var estimate = RoundingEstimate.Of(batch);
        var received = Moved(expected, 2 * estimate.HoweverWritten("Wh"));
        var proven = EntryStatistics.Of(received, expected, Array.ConvertAll(expected, _ => s_u * 1e-6));
        var right = OtherPrecision.Of(batch, new OwnBackprop().Differentiate);
        Verdict With(OtherPrecision? other) =>
            new TensorJudge(batch.Type, () => estimate, () => other).Of("Wh", received, expected, proven).Verdict;

        Assert.That(right, Is.Not.Null);
        var units = received.Zip(expected, (d, a) => Math.Abs(d - a)).Max() / s_u;
        Assert.That(With(right), Is.EqualTo(right!.Explains("Wh", units * s_u) ? Verdict.Agrees : Verdict.Disagrees));
        Assert.That(right.Explains("Wh", 1e-3), Is.False, "no rounding of float64");
        Assert.That(right.Explains("Wh", s_u / 4), Is.True);
    }

    [Test]
    public void A_proven_agreement_stands_where_no_estimate_can_be_made_and_nothing_else_does()
    {
        var batch = Samples.Real(Samples.Unequal).Map(v => v * 1e120);
        var estimate = RoundingEstimate.Of(batch);
        Assert.That(double.IsFinite(estimate["Wh"]), Is.False, "this case overflows on its way");
        double[] expected = [1, 2];
        TensorJudge judge = new(batch.Type, () => estimate, () => null);

        Assert.That(
            judge.Of("Wh", expected, expected, EntryStatistics.Of(expected, expected, [s_u, s_u])).Verdict,
            Is.EqualTo(Verdict.Agrees));
        Assert.That(
            judge.Of("Wh", [1, 3], expected, EntryStatistics.Of([1, 3], expected, [s_u, s_u])).Basis,
            Is.EqualTo(Basis.Proven));
        Assert.That(
            judge.Of("Wh", [1, 3], expected, EntryStatistics.Of([1, 3], expected, [s_u, s_u])).Verdict,
            Is.EqualTo(Verdict.Inconclusive));
        Assert.That(
            judge.Of(
                "Wh", expected, expected, EntryStatistics.Of(expected, expected, [s_u, s_u]), isTheorem: false).Verdict,
            Is.EqualTo(Verdict.Inconclusive));
    }

    [TestCase(double.NaN, 1, 1, "the derivation has NaN at [0,0]")]
    [TestCase(1, double.PositiveInfinity, 1, "autograd has infinity at [0,0]")]
    [TestCase(1, double.NaN, 1, "autograd has NaN at [0,0]")]
    public void Who_is_not_finite_alone_is_named_and_it_is_a_genuine_mismatch(
        double received, double expected, int mismatches, string reason)
    {
        var batch = Samples.Exact(Samples.Unequal);
        var (mine, right) = (Autograd.Differentiate(batch), Autograd.Differentiate(batch));
        (mine["Wh"].Values[0], right["Wh"].Values[0]) = (received, expected);

        var found = Comparison.Of(batch, mine, right).Describe(0);

        Assert.That(
            (found.Verdict, found.HasGenuineMismatch, found.Failing.Count()),
            Is.EqualTo((Verdict.NotComparable, true, mismatches)));
        Assert.That(found.Failing.Single().Reason, Is.EqualTo(reason));
    }

    [Test]
    public void What_overflows_on_both_sides_is_nobodys_mistake()
    {
        var batch = Samples.Exact(Samples.Unequal);
        var (mine, right) = (Autograd.Differentiate(batch), Autograd.Differentiate(batch));
        (mine["Wh"].Values[0], right["Wh"].Values[0]) = (double.PositiveInfinity, double.PositiveInfinity);
        Assert.That(
            (Comparison.Of(batch, mine, right).Describe(0) is var both, both.Verdict, both.HasGenuineMismatch),
            Is.EqualTo((true, Verdict.NotComparable, false)));

        mine["Wy"].Values[0]++;
        Assert.That(Comparison.Of(batch, mine, right).Describe(0).HasGenuineMismatch, "beside it something is wrong");
    }

    [Test]
    public void The_verdict_of_a_case_is_the_worst_of_its_tensors_however_it_is_asked()
    {
        var batch = Samples.Exact(Samples.Unequal, count: 3);
        var (mine, right) = (Autograd.Differentiate(batch), Autograd.Differentiate(batch));
        mine["Wx"][1][0]++;
        mine["X2"][1][0] = double.NaN;
        mine["Wy"][2][0]++;
        var comparison = Comparison.Of(batch, mine, right);

        Verdict[] expected = [Verdict.Agrees, Verdict.NotComparable, Verdict.Disagrees];
        Assert.That(Enumerable.Range(0, 3).Select(s => comparison.Judge(s).Verdict), Is.EqualTo(expected));
        Assert.That(Enumerable.Range(0, 3).Select(s => comparison.Describe(s).Verdict), Is.EqualTo(expected));
        Assert.That(comparison.Describe(1).Failing.Select(t => t.Name), Is.EqualTo(new[] { "Wx", "X2" }));
    }

    [Test]
    public void Where_the_outputs_differ_nothing_else_is_compared()
    {
        var batch = Samples.Exact(Samples.Unequal);
        var (mine, right) = (Autograd.Differentiate(batch), Autograd.Differentiate(batch));
        mine.Output.Values[0]++;
        var comparison = Comparison.Of(batch, mine, right);

        Assert.That(
            (comparison.Judge(0).Verdict, comparison.Describe(0).Verdict, comparison.Describe(0).Tensors.Count),
            Is.EqualTo((Verdict.NotComparable, Verdict.NotComparable, 0)));
    }

    [Test]
    public void Evidence_of_several_suites_is_the_widest_bound_and_all_that_was_tested()
    {
        var (one, two) = (new Evidence(), new Evidence());
        TensorFinding Found(double error, bool isZero = false) =>
            new(Verdict.Agrees, Basis.Proven, EntryStatistics.Of([4], [4], [error])) { IsZero = isZero };
        one.Add("A", Found(1), isPlain: true);
        one.Add("B", Found(9, isZero: true), isPlain: true);
        one.Add(isEstimated: true, "why");
        two.Add("A", Found(3), isPlain: true);
        two.Add("C", Found(0, isZero: true), isPlain: true);
        two.Add("B", Found(0.5), isPlain: true);
        two.Add(isEstimated: true, "why");
        two.Add(isEstimated: false, null);

        var sum = Evidence.Of([one, two]);

        Assert.That(Evidence.Of([two, one]).WidestBound, Is.EqualTo(1.5));
        Assert.That(
            (one.WidestBound, sum.WidestBound, sum.Estimated, sum.Detours["why"]), Is.EqualTo((0.5, 1.5, 2, 2)));
        Assert.That(
            (one.Untested, sum.Untested, sum.IsTested("A"), sum.IsTested("C")),
            Is.EqualTo((new[] { "B" }, new[] { "C" }, true, false)));
    }

    [Test]
    public void A_disagreement_is_no_evidence_of_a_width()
    {
        var evidence = new Evidence();
        evidence.Add(
            "A", new TensorFinding(Verdict.Disagrees, Basis.Proven, EntryStatistics.Of([4], [4], [1])), isPlain: true);

        Assert.That(evidence.WidestBound, Is.Zero);
    }

    [Test]
    public void Where_the_estimate_is_too_wide_a_difference_is_inconclusive_up_to_four_times_it_and_no_further()
    {
        var batch = Samples.Real(Samples.Unequal).For(new Steep());
        var (estimate, expected) = (RoundingEstimate.Of(batch), Autograd.Differentiate(batch)["Wh"].Values);
        Verdict At(double times)
        {
            var received = Moved(expected, times * estimate.HoweverWritten("Wh"));
            return new TensorJudge(batch.Type, () => estimate, () => null).Of(
                "Wh",
                received,
                expected,
                EntryStatistics.Of(received, expected, Array.ConvertAll(expected, _ => s_u))).Verdict;
        }

        Assert.That(
            (At(0.5), At(3.9), At(4.1)), Is.EqualTo((Verdict.Inconclusive, Verdict.Inconclusive, Verdict.Disagrees)));
    }

    [TestCase(0, 0, 0)]
    [TestCase(0, 4, 0)]
    [TestCase(2, 4, 0.5)]
    [TestCase(2, 0, double.PositiveInfinity)]
    [TestCase(double.NaN, 4, double.PositiveInfinity)]
    public void A_difference_in_units_of_its_bound_is_infinite_where_nothing_may_be_off_or_it_is_no_number(
        double difference, double bound, double units) =>
        Assert.That(EntryComparison.InBounds(difference, bound), Is.EqualTo(units));

    [TestCase("Wx")]
    [TestCase("Wh")]
    [TestCase("Wy")]
    [TestCase("X1")]
    [TestCase("X2")]
    [TestCase("Ŷ")]
    public void One_entry_of_any_tensor_of_an_exact_case_is_enough(string tensor)
    {
        var batch = Samples.Exact(Samples.Unequal, count: 2);
        var (mine, right) = (Autograd.Differentiate(batch), Autograd.Differentiate(batch));
        mine.All.Single(t => t.Name == tensor)[1][^1]++;
        var comparison = Comparison.Of(batch, mine, right);

        Assert.That(
            (comparison.Judge(0).Verdict, comparison.Judge(1).Verdict > Verdict.Inconclusive),
            Is.EqualTo((Verdict.Agrees, true)));
    }

    [Test]
    public void A_gradient_that_is_said_to_be_missing_is_missing_though_its_room_has_the_right_values()
    {
        var batch = Samples.Exact(Samples.Unequal);
        var mine = Autograd.Differentiate(batch);
        mine.SetFault(0, "Wx", "gone");

        Assert.That(
            Comparison.Of(batch, mine, Autograd.Differentiate(batch)).Judge(0).Verdict,
            Is.EqualTo(Verdict.NotComparable));
    }

    [Test]
    public void A_wrong_gradient_on_the_way_back_is_a_disagreement_though_all_others_are_right()
    {
        var batch = Samples.Exact(Samples.Unequal).For(new WithNames());
        var (mine, right) = (Autograd.Differentiate(batch, ["H2"]), Autograd.Differentiate(batch, ["H2"]));
        Assert.That(Comparison.Of(batch, mine, right).Judge(0).Verdict, Is.EqualTo(Verdict.Agrees));

        mine.Intermediates[0].Values[0]++;
        Assert.That(Comparison.Of(batch, mine, right).Judge(0).Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(Comparison.Of(batch, mine, right).Describe(0).Verdict, Is.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void Each_case_of_a_batch_is_held_to_its_own_bound()
    {
        var batch = Samples.Real(Samples.Unequal, count: 2);
        batch = batch.With("X1", t => [.. t.Values.Select((v, j) => j < t.Length ? v : 1024 * v)]);
        var (mine, right) = (Autograd.Differentiate(batch), Autograd.Differentiate(batch));
        var bound = 2 * RoundingErrors.Of(batch)["Wh", 1][0];
        mine["Wh"][1][0] += bound / 2;

        Assert.That(Comparison.Of(batch, mine, right).Judge(1).ErrorInBounds, Is.EqualTo(0.5).Within(0.05));
    }

    [Test]
    public void A_case_of_a_file_that_is_zero_throughout_tests_nothing_and_a_drawn_one_agrees()
    {
        var drawn = Samples.Exact(Samples.Unequal).Map(_ => 0);
        var right = Autograd.Differentiate(drawn);
        var own = drawn with { File = "mine.json" };

        Assert.That(Comparison.Of(drawn, right, right).Judge(0).Verdict, Is.EqualTo(Verdict.Agrees));
        Assert.That(
            (Comparison.Of(own, right, right).Judge(0).Verdict, Comparison.Of(own, right, right).Describe(0).Verdict),
            Is.EqualTo((Verdict.Inconclusive, Verdict.Inconclusive)));
    }

    [Test]
    public void What_gives_other_values_the_second_time_or_beside_other_cases_is_not_comparable()
    {
        var calls = 0;
        var random = new Sabotaged(g => g["Wh"].Values[0] += calls++ == 1 ? 1 : 0);
        Assert.That(
            Comparison.InBothOrders(random, Samples.Exact(Samples.Unequal)).Judge(0).Verdict,
            Is.EqualTo(Verdict.NotComparable));

        // The first case is right in either order; the second has the first one's added.
        var leaking = new Sabotaged(
            g => Enumerable.Range(1, g["Wh"].Count - 1).ToList().ForEach(s => g["Wh"][s][0] += g["Wh"][s - 1][0]));
        Assert.That(
            Comparison.Of(leaking, Samples.Exact(Samples.Unequal)).Judge(0).Verdict, Is.EqualTo(Verdict.Agrees));
        Assert.That(
            Comparison.InBothOrders(leaking, Samples.Exact(Samples.Unequal)).Judge(0).Verdict,
            Is.EqualTo(Verdict.NotComparable));

        // Every case is given what the first one has: nothing tells it from right where the others are like it.
        var repeating = new Sabotaged(
            g => Enumerable.Range(1, g["Wh"].Count - 1).ToList().ForEach(s => g["Wh"][0].CopyTo(g["Wh"][s])));
        Assert.That(
            Comparison.InBothOrders(repeating, Samples.Exact(Samples.Unequal)).Judge(0).Verdict,
            Is.EqualTo(Verdict.NotComparable));
    }

    // A real case is never taken to be exact, whatever way the derivation takes.
    [TestCase(CaseKind.Exact, "it divides")]
    [TestCase(CaseKind.Real, null)]
    public void Only_an_exact_case_has_a_detour(CaseKind kind, string? detour)
    {
        var batch = kind == CaseKind.Exact ? Samples.Exact(Samples.Unequal) : Samples.Real(Samples.Unequal);
        var comparison = Comparison.Of(new Detouring(), batch);

        Assert.That((comparison.Detour, comparison.Judge(0).Verdict), Is.EqualTo((detour, Verdict.Agrees)));
    }

    // The first entry alone, the second alone, none; and what comes in as no number.
    [TestCase(-1.0, 1.0, "ln(W) [2×1] is no number at [0,0], where W is -1")]
    [TestCase(1.0, -2.0, "ln(W) [2×1] is no number at [1,0], where W is -2")]
    [TestCase(1.0, 1.0, null)]
    [TestCase(double.NaN, 1.0, "W [2×1] is no number at [0,0]")]
    public void The_first_value_that_is_no_number_is_named_with_its_place(double first, double second, string? expected)
    {
        var network = Network.Define("logarithm", ["n", "B"], x => x.Parameter("W", "n", "B").Log());
        var batch = CaseGenerator.Generate(
            CaseId.Parse("logarithm/squared-error n=2 B=1 real float64 seed=1", network));
        var values = batch["W"].Values;
        (values[0], values[1]) = (first, second);

        Assert.That(Undefined.Of(batch), Is.EqualTo(expected));
    }

    private sealed class Detouring : Derivation
    {
        public override string Name => "detouring";

        public override string Summary => "right";

        public override Network Network => Samples.SharedWeight;

        public override GradientStack Differentiate(CaseStack batch) => new OwnBackprop().Differentiate(batch);

        public override string? Detours(Loss loss, Shape shape) => "it divides";
    }

    /// <summary>The shared-weight network with its hidden values under their names.</summary>
    private sealed class WithNames : Renamed
    {
        public override Node Forward(Inputs x) =>
            x["Wy"] * (x["Wh"] * (x["Wx"] * x["X1"]).Named("H1") + x["Wx"] * x["X2"]).Named("H2");
    }

    private static Verdict? Proven(double[] received, double error, bool isTheorem = true, ElementType? type = null) =>
        TensorFinding.Of(EntryStatistics.Of(received, [1], [error]), type ?? ElementType.Float64, isTheorem)?.Verdict;

    private static (CaseStack Batch, double[] Expected) Real()
    {
        var batch = Samples.Real(Samples.Unequal);
        return (batch, Autograd.Differentiate(batch)["Wh"].Values);
    }

    private static double[] Moved(double[] values, double by) => [.. values.Select((v, j) => j == 1 ? v + by : v)];
}

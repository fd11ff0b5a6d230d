using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Numerics;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Right code that bounds have refused, and the twins that must be.</summary>
[Parallelizable]
public sealed class ToleranceTests
{
    private static readonly Loss s_absoluteError = Named.Losses.Find("absolute-error");

    // Reassociated products whose partial sums cancel: bounds that look at values alone do not see what was added up
    // on the other way.
    [Test]
    public void Factors_associated_otherwise_agree_by_the_theorem_where_they_cancel([Values(48, 512)] int B)
    {
        var batch = Case(
            Samples.SizesOf(1, 2, 1, B),
            ("Wx", [.1]),
            ("Wh", [1, 1, -1, -1]),
            ("Wy", [.1, .10001]),
            ("X1", [.9]),
            ("X2", [0]),
            ("T", [1000]));

        Assert.That(
            Found(new Answer3Corrected(), batch),
            Is.All.EqualTo((Verdict.Agrees, Basis.Proven)).Or.EqualTo((Verdict.Agrees, Basis.Exact)));
        Assert.That(
            Found(new Off(new Answer3Corrected(), "Wx", 1e-6), batch),
            Has.Some.Matches<(Verdict Verdict, Basis)>(f => f.Verdict == Verdict.Disagrees));
    }

    [Test]
    public void A_product_of_constant_weights_taken_first_agrees(
        [Values("absolute-error", "squared-error", "huber")] string loss)
    {
        var batch = Case(
            Named.Losses.Find(loss),
            Samples.SizesOf(3, 200, 200, 2),
            ("Wx", [.1]),
            ("Wh", [.1]),
            ("Wy", [.3]),
            ("X1", [.7]),
            ("X2", [.9]),
            ("T", [.1]));

        Assert.That(Verdicts(new Written(Written.WeightsFirst), batch), Is.All.EqualTo(Verdict.Agrees));
        Assert.That(
            Verdicts(new Off(new Written(Written.WeightsFirst), "X1", 1e-6), batch),
            Has.Some.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void One_product_over_the_columns_of_all_steps_agrees_where_all_are_equal(
        [Values(4, 12)] int T, [Values(16, 200)] int B)
    {
        var network = Catalog.Networks.Find("elman-tanh");
        var batch = Samples.Generate(
            Samples.Case($"elman-tanh/absolute-error T={T} n=1 h=2 m=1 B={B} real float64 seed=1"));
        batch = batch with { Tensors = [.. batch.Tensors.Select(t => t.With(Array.ConvertAll(t.Values, _ => t.Name[0] == 'T' ? 3.0 : t.Name[0] == 'X' ? .3 : .1)))] };

        Assert.That(network.Name, Is.EqualTo(batch.Network.Name));
        Assert.That(Verdicts(new OneProductForAllSteps(), batch), Is.All.EqualTo(Verdict.Agrees));
        Assert.That(
            Verdicts(new Off(new OneProductForAllSteps(), "Wx", 1e-9), batch), Has.Some.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void What_underflows_in_one_order_and_not_in_another_is_no_disagreement()
    {
        var batch = Case(
            Samples.SquaredError,
            Samples.SizesOf(1, 1, 1, 1),
            ("Wx", [1e-200]),
            ("Wh", [1e-200]),
            ("Wy", [1e-200]),
            ("X1", [1e300]),
            ("X2", [0]),
            ("T", [1]));
        var kink = Case(
            Samples.SizesOf(1, 1, 1, 1),
            ("Wx", [1e-200]),
            ("Wh", [1]),
            ("Wy", [1e300]),
            ("X1", [1e-200]),
            ("X2", [0]),
            ("T", [0]));

        Assert.That(Verdicts(new Answer3Corrected(), batch), Has.None.GreaterThan(Verdict.Inconclusive));
        Assert.That(Verdicts(new Answer3Corrected(), kink), Has.None.GreaterThan(Verdict.Inconclusive));
        Assert.That(
            Verdicts(new Sabotaged(g => g["Wh"].Values[0] += 1e200), batch), Has.Some.EqualTo(Verdict.Disagrees));
    }

    [Test]
    public void Two_functions_each_right_to_almost_8_units_agree_with_their_slopes([Values(2, 3, 5)] int a)
    {
        var batch = Samples.Generate(Samples.Case("elman-tanh/projection T=1 n=1 h=1 m=1 B=1 real float64 seed=1"));
        batch = batch with { Tensors = [.. batch.Tensors.Select(t => t.With([t.Name == "X1" ? a : 1.0]))] };

        Assert.That(
            Comparison.Of(batch, WithTanhOff(batch, 7.9), WithTanhOff(batch, -7.9))
                .Judge(0) is { Verdict: Verdict.Agrees, ErrorInBounds: <= 1 });
        Assert.That(
            Comparison.Of(batch, WithTanhOff(batch, 1e7), WithTanhOff(batch, 0)).Judge(0).Verdict,
            Is.GreaterThan(Verdict.Inconclusive));
    }

    [TestCase("elman T=32 n=8 h=8 m=8 B=8", "float64", 1e-9)]
    [TestCase("elman T=24 n=16 h=16 m=16 B=16", "float64", 1e-9)]
    [TestCase("elman T=12 n=32 h=32 m=32 B=32", "float64", 1e-9)]
    [TestCase("elman-tanh T=64 n=32 h=32 m=32 B=32", "float64", 1e-9)]
    [TestCase("elman-tanh T=16 n=32 h=32 m=32 B=32", "float32", 1e-3)]
    [TestCase("elman T=6 n=12 h=12 m=12 B=12", "float32", 1e-3)]
    public void Long_recurrences_are_decided(string what, string type, double error)
    {
        var (network, shape) = (
            what[..what.IndexOf(' ', StringComparison.Ordinal)], what[what.IndexOf(' ', StringComparison.Ordinal)..]);
        var batch = Samples.Generate(Samples.Case($"{network}/squared-error{shape} real {type} seed=2020"));
        var derivation = Catalog.Derivations.Find(network);

        Assert.That(Verdicts(derivation, batch), Is.All.EqualTo(Verdict.Agrees));
        Assert.That(Verdicts(new Off(derivation, "Wh", error), batch), Has.Some.EqualTo(Verdict.Disagrees));
    }

    // Where e⁻ᵃ overflows one logistic function gives 0 and another 1e-40; a sum that is 0 in one order only is on both
    // sides of a kink.
    [TestCase("elman-sigmoid/projection T=5 n=2 h=3 m=2 B=1 real float32 seed=3388 values=steep")]
    [TestCase("elman-sigmoid/squared-error T=5 n=1 h=10 m=3 B=4 real float32 seed=2568 values=steep")]
    [TestCase("elman-sequence-sigmoid/squared-error T=5 n=4 h=2 m=12 B=9 real float32 seed=2201 values=hot")]
    [TestCase("elman-sequence-sigmoid/projection T=4 n=9 h=8 m=8 B=1 real float32 seed=2327 values=hot")]
    [TestCase("elman-sequence-relu/squared-error T=7 n=12 h=11 m=2 B=12 real float64 seed=1018 values=ties")]
    public void What_vanishes_or_is_at_a_kink_is_not_refused(string name)
    {
        var derivation = Catalog.Derivations.Find(name[..name.IndexOf('/', StringComparison.Ordinal)]);

        Assert.That(
            Verdicts(derivation, Samples.Generate(Samples.Case(name))), Is.All.LessThanOrEqualTo(Verdict.Inconclusive));
        Assert.That(
            Verdicts(new Off(derivation, "Wy", 0.5), Samples.Generate(Samples.Case(name))),
            Has.Some.EqualTo(Verdict.Disagrees));
    }

    // ∂P is used twice, and the flash form has the sum of a row of P ∘ ∂P as G · Y; a product of denormal numbers is
    // off by a whole one, which 1/√ε carries on.
    [TestCase("causal-attention-flash", "Wq", 0.5,
        "causal-attention/free-target-cross-entropy T=2 d=8 h=2 real float64 seed=2668 values=large")]
    [TestCase("l2-normalisation", "W", 0.5,
        "l2-normalisation/mean-squared-error n=2 d=2 B=1 real float32 seed=6191 values=denormal")]
    [TestCase("l2-normalisation-in-steps", "W", 64,
        "l2-normalisation/absolute-error n=2 d=10 B=1 real float32 seed=7818 values=denormal")]
    public void What_is_used_twice_and_what_underflows_before_a_function_is_not_refused(
        string derivation, string tensor, double error, string name)
    {
        var (right, batch) = (Catalog.Derivations.Find(derivation), Samples.Generate(Samples.Case(name)));

        Assert.That(Verdicts(right, batch), Is.All.LessThan(Verdict.Disagrees));
        Assert.That(Verdicts(new Off(right, tensor, error), batch), Has.Some.EqualTo(Verdict.Disagrees));
    }

    // Among denormal entries a column may be so small that D1 X2ᵀ, which is added and subtracted, takes all of its
    // digits: it is told as that.
    [Test]
    public void A_common_factor_taken_out_agrees_in_every_case_drawn_but_for_denormal_entries_which_lose_digits()
    {
        var options = new CheckOptions { Cases = 2000, Kinds = [CaseKind.Real], Losses = [s_absoluteError, Samples.SquaredError], Types = ElementType.All };

        var refused = GradientCheck.Run(
            new Written(Written.CommonFactor), options).Suites.SelectMany(s => s.Findings).ToList();

        Assert.That(refused.Where(f => !f.Name.EndsWith(" values=denormal", StringComparison.Ordinal)), Is.Empty);
        Assert.That(refused.SelectMany(f => f.Failing).Select(t => t.Reason), Is.All.StartsWith("loses digits: "));
    }

    [Test]
    public void What_is_added_and_subtracted_again_is_told_as_a_loss_of_digits()
    {
        var result = GradientCheck.Run(
            new Written(Written.ThousandAddedAndSubtracted),
            new CheckOptions { Cases = 50, Kinds = [CaseKind.Real], Losses = [Samples.SquaredError] });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(result.ToString(), Does.Contain("loses digits: the difference shrinks with the unit roundoff"));
        var wrong = GradientCheck.Run(
            new Off(new OwnBackprop(), "Wh", 1e-9),
            new CheckOptions { Cases = 50, Kinds = [CaseKind.Real], Losses = [Samples.SquaredError] });
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(wrong.ToString(), Does.Not.Contain("loses digits"));
    }

    [Test]
    public void A_wrong_term_within_the_proven_bound_is_refused_for_it_does_not_shrink_with_the_roundoff()
    {
        var batch = Samples.Generate(Samples.Case("elman/squared-error T=6 n=4 h=5 m=3 B=2 real float64 seed=5"));
        var right = Catalog.Derivations.Find("elman");

        var compared = Comparison.Of(right, batch);
        Assert.That(compared.Judge(0).Verdict, Is.EqualTo(Verdict.Agrees));
        var quarter =
            EntryStatistics.AllowedAt(compared.Errors["X1", 0], 0) / 4 / compared.Expected["X1"].Values.Max(Math.Abs);
        var found = Comparison.Of(
            new Off(right, "X1", quarter), batch).Describe(0).Tensors.Single(t => t.Verdict == Verdict.Disagrees);
        Assert.That(
            (found.Name, found.Differing, found.Reason),
            Is.EqualTo(
                ("X1", 0, "within the proven bound, but no rounding: it does not shrink with the unit roundoff")));
    }

    [Test]
    public void Exact_cases_that_a_derivation_must_not_be_held_to_are_held_to_the_rounding_bound_and_told()
    {
        const string reason = "it divides by B first and multiplies last";
        var options = new CheckOptions { Cases = 60, Kinds = [CaseKind.Exact], Losses = [Samples.SquaredError] };

        Assert.That(
            GradientCheck.Run(new Written(Written.DividedAndMultiplied), options).Verdict,
            Is.EqualTo(Verdict.Disagrees),
            "held to equality it is refused");
        var result = GradientCheck.Run(new Written(Written.DividedAndMultiplied) { Detour = reason }, options);
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
        Assert.That(
            result.Report(AnalysisDepth.Terminal).Check.Warnings,
            Has.One.Matches($"^[0-9]+ exact cases are held to the rounding bound, not to equality: {reason}$"));
        Assert.That(
            GradientCheck.Run(
                new Off(new Written(Written.DividedAndMultiplied) { Detour = reason }, "Wh", 1e-9), options).Verdict,
            Is.EqualTo(Verdict.Disagrees));
    }

    private static CaseStack Case(Shape shape, params (string Name, double[] Values)[] tensors) =>
        Case(s_absoluteError, shape, tensors);

    // One value stands for all entries.
    private static CaseStack Case(Loss loss, Shape shape, params (string Name, double[] Values)[] tensors) =>
        tensors.Aggregate(Samples.Real(shape, loss), (batch, tensor) => batch.With(tensor.Name, t => t.Values.Length == tensor.Values.Length
            ? tensor.Values
            : [.. Enumerable.Repeat(tensor.Values[0], t.Values.Length)]));

    private static IEnumerable<Verdict> Verdicts(Derivation derivation, CaseStack batch) =>
        Found(derivation, batch).Select(f => f.Item1);

    private static IEnumerable<(Verdict, Basis)> Found(Derivation derivation, CaseStack batch)
    {
        var comparison = Comparison.Of(derivation, batch).Describe(0);
        return comparison.Tensors.Append(comparison.Forward).Select(t => (t.Verdict, t.Basis));
    }

    // T = 1, all weights 1: the output is tanh a, the gradients follow from it.
    private static GradientStack WithTanhOff(CaseStack batch, double ulps)
    {
        var a = batch["X1"].Values[0];
        var h = Elementary.Tanh(a) * (1 + ulps * batch.Type.UnitRoundoff);
        var d = 1 - h * h;
        var result = new GradientStack(batch);
        foreach (var (name, value) in new[] { ("Wx", d * a), ("Wh", 0), ("Wy", h), ("X1", d), (Scenario.OutputName, h) })
        {
            result.All.Single(t => t.Name == name).Values[0] = value;
        }

        return result;
    }

    /// <summary>A derivation with the first entry of one gradient off by a part of the largest.</summary>
    private sealed class Off(Derivation right, string tensor, double error) : Derivation
    {
        public override string Name => "off";

        public override string Summary => "wrong on purpose";

        public override Network Network => right.Network;

        public override string? Detours(Loss loss, Shape shape) => right.Detours(loss, shape);

        public override GradientStack Differentiate(CaseStack batch)
        {
            var result = right.Differentiate(batch);
            for (var s = 0; s < batch.Count; s++)
            {
                var largest = 0.0;
                foreach (var entry in result[tensor][s])
                {
                    largest = Math.Max(largest, Math.Abs(entry));
                }

                result[tensor][s][0] += error * largest;
            }

            return result;
        }
    }
}

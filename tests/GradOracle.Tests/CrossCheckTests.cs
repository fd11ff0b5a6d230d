using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Who agrees with whom, with answers and errors that are given.</summary>
[Category("Quick")]
public sealed class CrossCheckTests
{
    private static readonly CaseStack s_batch = Samples.Exact(Samples.Unequal);

    [Test]
    public void Two_that_agree_with_a_third_and_not_with_each_other_are_not_one_group()
    {
        var check = CrossCheck.Of(s_batch, 0, null, [Answer(0, 0, 0.5), Answer(1, 1, 0.5), Answer(2, 2, 0.5)]);

        Assert.That(check.Groups.Select(g => g.Count), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(check.OraclesAgree, Is.False);
    }

    [Test]
    public void Answers_agree_up_to_the_sum_of_both_their_errors()
    {
        Assert.That(CrossCheck.Of(s_batch, 0, null, [Answer(0, 0, 0.25), Answer(1, 0.75, 0.5)]).OraclesAgree);
        Assert.That(
            CrossCheck.Of(s_batch, 0, null, [Answer(0, 0, 0.25), Answer(1, 0.8125, 0.5)]).OraclesAgree, Is.False);
        Assert.That(
            CrossCheck.Of(s_batch, 0, null, [Answer(0, 0, 0.25), Answer(1, double.NaN, 0.5)]).OraclesAgree,
            Is.False,
            "NaN agrees with nothing");
    }

    [Test]
    public void The_derivation_is_no_oracle_when_oracles_are_asked_whether_they_agree()
    {
        var wrong = Autograd.Differentiate(s_batch);
        wrong["Wh"].Values[0] += 9;

        var check = CrossCheck.Of(s_batch, 0, wrong, [Answer(0, 0, 0), Answer(1, 0, 0)]);

        Assert.That((check.OraclesAgree, check.OddOneOut, check.Groups.Count), Is.EqualTo((true, "derivation", 2)));
    }

    [Test]
    public void An_oracle_that_finds_out_that_it_cannot_serve_a_case_says_so_of_that_case()
    {
        var right = Answer(1, 0, 0);
        var unsure = right with { Answer = right.Answer! with { NotApplicable = ["a kink"] } };

        Assert.That(
            CrossCheck.Of(s_batch, 0, null, [Answer(0, 0, 0), unsure]).NotApplicable,
            Is.EqualTo(new[] { ("reverse", "a kink") }));
    }

    [Test]
    public void An_oracle_of_large_errors_is_heard_where_nobody_disagrees_and_silent_where_it_cannot_tell_them_apart()
    {
        var mine = Answer(0, 0, 0).Answer!.Gradients;
        Assert.That(CrossCheck.Of(s_batch, 0, mine, [Answer(0, 0, 0), Answer(1, 0, 9)]).NotApplicable, Is.Empty);

        mine["Wh"].Values[0] += 5;
        Assert.That(
            CrossCheck.Of(s_batch, 0, mine, [Answer(0, 0, 0), Answer(1, 0, 9)]).NotApplicable.Select(n => n.Oracle),
            Is.EqualTo(new[] { "reverse" }));
    }

    [Test]
    public void Autograd_gives_the_loss_and_zeros_for_what_the_output_does_not_depend_on()
    {
        var one = Samples.Exact(Samples.SizesOf(1, 1, 1, 1)).Map(_ => 1).With("T", _ => [0]);
        Assert.That(Autograd.Differentiate(one).Losses, Is.EqualTo(new[] { 2.0 }), "½ 2²");
        Assert.That(Autograd.Differentiate(one.For(new Forgetful()))["X1"].Values, Is.EqualTo(new[] { 0.0 }));
    }

    [Test]
    public void Of_two_that_differ_neither_is_the_odd_one_out() =>
        Assert.That(CrossCheck.Of(s_batch, 0, null, [Answer(0, 0, 0), Answer(1, 5, 0)]).OddOneOut, Is.Null);

    [Test]
    public void A_missing_gradient_agrees_with_nothing()
    {
        var missing = Answer(0, 0, 0).Answer!.Gradients;
        Assert.That(CrossCheck.Of(s_batch, 0, missing, [Answer(0, 0, 0), Answer(1, 0, 0)]).OddOneOut, Is.Null);

        missing.SetFault(0, "Wx", "nothing");
        Assert.That(
            CrossCheck.Of(s_batch, 0, missing, [Answer(0, 0, 0), Answer(1, 0, 0)]).OddOneOut, Is.EqualTo("derivation"));
    }

    [Test]
    public void Every_oracle_serves_a_plain_case_of_either_kind(
        [Values("autograd", "reverse", "rational", "central-difference", "complex-step")] string name,
        [Values] CaseKind kind)
    {
        var batch = kind == CaseKind.Exact
            ? Samples.Generate(Samples.Case("shared-weight/squared-error n=2 h=3 m=4 B=5 exact float64 seed=1 k=3"))
            : Samples.Real(Samples.Unequal);
        var oracle = Oracle.All.Find(name);

        var answers = Oracle.Ask(batch, [oracle]);

        Assert.That(
            (oracle.NotApplicable(batch), answers[0].Reason, answers[0].Answer!.NotApplicable?[0]),
            Is.EqualTo(((string?)null, (string?)null, (string?)null)));
        Assert.That(
            answers[0].Answer!.Gradients["Wh"].Values,
            Is.EqualTo(Autograd.Differentiate(batch)["Wh"].Values).Within(1e-8));
        Assert.That(answers[0].Answer!.Errors(0, "Wh"), Is.All.LessThan(1e-8).And.All.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void The_oracles_of_the_library_are_five_and_autograd_decides() =>
        Assert.That(
            Oracle.All.All.Select(o => o.Name),
            Is.EqualTo(new[] { "autograd", "reverse", "rational", "central-difference", "complex-step" }));

    [Test]
    public void An_oracle_that_fails_says_so_and_does_not_count()
    {
        var check = CrossCheck.Of(s_batch, 0, null, [Answer(0, 0, 0), .. Oracle.Ask(s_batch, [new Failing()])]);

        Assert.That(check.Sentence, Is.EqualTo("autograd; failing not applicable: it failed: no answer"));
    }

    // The value of every entry of Wh is moved by so much, and every error is so large.
    private static OracleReply Answer(int oracle, double moved, double error)
    {
        var result = Autograd.Differentiate(s_batch);
        foreach (ref var entry in result["Wh"].Values.AsSpan())
        {
            entry = 1 + moved;
        }

        return new(
            Oracle.All.All[oracle],
            new OracleAnswer(result, (_, tensor) => [.. Enumerable.Repeat(error, result[tensor].Length)]),
            null);
    }

    private sealed class Forgetful : Renamed
    {
        public override Node Forward(Inputs x) => x["Wy"] * (x["Wh"] * (x["Wx"] * x["X2"]));
    }

    private sealed class Failing : IOracle
    {
        public string Name => "failing";

        public string Summary => "for a test";

        public string? NotApplicable(CaseStack batch) => null;

        public OracleAnswer Answer(CaseStack batch) => throw new NotSupportedException("no answer.");
    }
}

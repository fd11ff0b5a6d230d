using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace GradOracle.Tests;

/// <summary>
/// Right backward passes of TorchSharp agree with their differences; each wrong one is found and named.
/// </summary>
public sealed class TorchBackwardTests : WithinTorchScope
{
    private static readonly BackwardOptions s_full = new() { Fast = false, InThisProcess = true };
    private static readonly BackwardOptions s_fast = new() { Fast = true, InThisProcess = true };

    private static BackwardOptions Options(bool fast) => fast ? s_fast : s_full;

    [Test]
    public void A_right_function_agrees([Values] bool fast)
    {
        var result = BackwardCheck.Of<RightTanhProduct>(Options(fast), Numbers(2, 3), Numbers(3, 4));

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
        Assert.That(
            result.ToString(), Does.StartWith("✓ RightTanhProduct agrees with its differences: ").And.Contain(
                fast ? "2 of 2 random projections" : "144 of 144 entries"));
    }

    [Test]
    public void A_wrong_sign_is_caught([Values] bool fast) =>
        Caught<WrongSign>(fast, "input 1", "the sign of the gradient of input 1 is turned.");

    [Test]
    public void A_wrong_factor_is_caught([Values] bool fast) =>
        Caught<WrongFactor>(fast, "input 0", "every entry of the gradient of input 0 is 2 times what it should be.");

    [Test]
    public void A_missing_term_is_caught([Values] bool fast) => Caught<MissingTerm>(fast, "input 0", "backward gives");

    [Test]
    public void A_forgotten_upstream_gradient_is_caught([Values] bool fast) =>
        Caught<ForgottenUpstream>(fast, "input 0", "is the upstream gradient multiplied in?");

    [Test]
    public void One_part_in_a_million_is_caught([Values] bool fast) =>
        Caught<SlightlyOff>(
            fast, "input 0", "every entry of the gradient of input 0 is 1 + 1E-06 times what it should be.");

    [Test]
    public void Random_jitter_of_one_part_in_a_million_is_caught([Values] bool fast) =>
        Caught<Jittering>(fast, "input 0", "backward is not deterministic");

    private static void Caught<T>(bool fast, string where, string words)
        where T : TanhProduct<T>, new()
    {
        var result = BackwardCheck.Of<T>(Options(fast), Numbers(2, 3), Numbers(3, 4));

        Assert.That((result.Verdict, result.Agrees), Is.EqualTo((Verdict.Disagrees, false)), result.ToString());
        Assert.That(result.ToString(), Does.Contain(where).And.Contain(words));
    }

    [Test]
    public void The_worst_entry_is_named_with_both_values()
    {
        var result = BackwardCheck.Of<ForgetsSecondOutput>(s_full, Numbers(2), 3.0);

        Assert.That(
            result.ToString(), Does.Match(@"output 1 \[0\] by input 0 \[0\]: backward gives -?0, differences give (3|2\.99999999\d*|3\.0000000\d*) ± \d"));
        Assert.That(BackwardCheck.Of<RightSquareAndMultiple>(s_full, Numbers(2), 3.0).Agrees);
    }

    [Test]
    public void A_transposed_Jacobian_is_caught([Values] bool fast)
    {
        var wrong = BackwardCheck.Of<TransposedJacobian>(Options(fast), Numbers(3));

        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees), wrong.ToString());
        Assert.That(
            fast || wrong.ToString().Contains(
                "the Jacobian by input 0 is transposed.", StringComparison.Ordinal), wrong.ToString());
        Assert.That(BackwardCheck.Of<RightTurning>(Options(fast), Numbers(3)).Agrees);
    }

    [Test]
    public void A_message_of_the_fast_way_has_its_seed() => Assert.That(
        BackwardCheck.Of<WrongFactor>(s_fast with { Seed = 77 }, Numbers(2, 3), Numbers(3, 4))
            .ToString(), Does.Contain("(seed 77, projection 1)"));

    [Test]
    public void Second_order_agrees_and_a_cut_one_is_caught([Values] bool fast)
    {
        var options = Options(fast) with { SecondOrder = true };

        var right = BackwardCheck.Of<RightTanhProduct>(options, Numbers(2, 3), Numbers(3, 2));
        var wrong = BackwardCheck.Of<CutSecondOrder>(options, Numbers(2, 3), Numbers(3, 2));

        Assert.That(right.Agrees, right.ToString());
        Assert.That(wrong.Verdict, Is.EqualTo(Verdict.Disagrees), wrong.ToString());
        Assert.That(wrong.ToString(), Does.Match(@"gradient \d \[").Or.Contain("gradients, projected"));
        Assert.That(
            BackwardCheck.Of<CutSecondOrder>(
                Options(fast), Numbers(2, 3), Numbers(3, 2)).Agrees, "its first order is right");
    }

    [Test]
    public void A_lambda_of_one_tensor_and_of_several_agrees()
    {
        Assert.That(BackwardCheck.Of(x => x.sigmoid().sum(), Numbers(2, 3), s_full).Agrees);
        Assert.That(BackwardCheck.Of(x => [x[0].mm(x[1]), x[0].exp()], [Numbers(2, 3), Numbers(3, 4)], s_full).Agrees);
    }

    [Test]
    public void A_cut_graph_is_told()
    {
        Assert.That(
            BackwardCheck.Of(
                x => x.detach().exp(), Numbers(3), s_full).ToString(), Does.Contain("no output requires a gradient"));
        Assert.That(BackwardCheck.Of(x => x * x.detach(), Numbers(3), s_full).Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(
            BackwardCheck.Of(x => [x[0].exp()], [Numbers(3), Numbers(2)], s_full)
                .ToString(), Does.Contain("input 1 gets no gradient"));
    }

    [Test]
    public void A_kink_at_the_point_is_said_and_one_beside_it_is_no_matter([Values] bool fast)
    {
        var at = BackwardCheck.Of(x => x.relu(), torch.tensor([0.5, 0.0, -0.25]), Options(fast));
        var beside = BackwardCheck.Of(x => x.relu(), torch.tensor([0.5, 1e-5, -1e-5]), Options(fast));

        Assert.That(at.Verdict, Is.EqualTo(Verdict.Inconclusive), at.ToString());
        Assert.That(at.ToString(), Does.Contain("a kink lies at this point"));
        Assert.That(beside.Agrees, beside.ToString());
    }

    [Test]
    public void A_slope_outside_the_sides_of_a_kink_is_wrong_all_the_same()
    {
        using Scalar two = 2.0;
        var result = BackwardCheck.Of(x => x.relu() + (x - x.detach()).mul(two), torch.tensor([0.0, 0.5]), s_full);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees), result.ToString());
    }

    [Test]
    public void Digits_lost_on_the_way_are_inconclusive_and_a_float32_gradient_is_named()
    {
        var inside = BackwardCheck.Of(x => x.to(float32).exp().to(float64), Numbers(3), s_full);
        var output = BackwardCheck.Of(x => x.to(float32).exp(), Numbers(3), s_full);

        Assert.That(inside.Verdict, Is.EqualTo(Verdict.Inconclusive), inside.ToString());
        Assert.That(output.ToString(), Does.Contain("output 0 is Float32 although the inputs are Float64"));
    }

    [Test]
    public void A_batch_agrees_with_its_examples_and_a_leak_between_them_is_caught([Values] bool fast)
    {
        var options = Options(fast) with { Batch = [0] };

        var right = BackwardCheck.Of(x => [x[0].mm(x[1]).tanh()], [Numbers(3, 2), Numbers(2, 4)], options);
        var wrong = BackwardCheck.Of(x => [x[0].mm(x[1]).softmax(0)], [Numbers(3, 2), Numbers(2, 4)], options);

        Assert.That(right.Agrees, right.ToString());
        Assert.That(
            wrong.ToString(), Does.Contain("example 0 depends on its neighbours in the batch: output 0 [0, 0] is "));
    }

    [Test]
    public void The_users_tensors_stay_as_they_are_and_an_input_written_into_is_told()
    {
        var given = Numbers(3);
        var before = given.data<double>().ToArray();

        var result = BackwardCheck.Of(x => { using (no_grad()) { x.neg_(); } return x.exp(); }, given, s_full);

        Assert.That(result.ToString(), Does.Contain("forward modifies input 0 in place"));
        Assert.That(given.data<double>().ToArray(), Is.EqualTo(before));
    }

    [Test]
    public void Two_checks_say_the_same()
    {
        var texts = Enumerable.Range(0, 2).Select(
            _ => BackwardCheck.Of<MissingTerm>(s_fast, Numbers(2, 3), Numbers(3, 4)).ToString());

        Assert.That(texts.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Nothing_to_differentiate_and_options_out_of_range_are_refused()
    {
        Assert.Throws<BadInputException>(() => BackwardCheck.Of(x => x, torch.tensor([1L, 2L]), s_full));
        Assert.Throws<BadInputException>(() => BackwardCheck.Of(x => x, Numbers(2), s_full with { Batch = [1] }));
        Assert.Throws<BadInputException>(() => BackwardCheck.Of(x => x, Numbers(2), s_full with { Projections = 0 }));
    }

    [Test]
    public void An_input_that_is_null_or_disposed_is_a_sentence()
    {
        var disposed = Numbers(2);
        disposed.Dispose();

        Assert.That(Refusal([Numbers(2), disposed]), Is.EqualTo("Input 1 is disposed: give a tensor."));
        Assert.That(Refusal([null!]), Is.EqualTo("Input 0 is null: give a tensor."));

        static string Refusal(torch.Tensor[] inputs) =>
            Assert.Throws<BadInputException>(() => BackwardCheck.Of(x => x, inputs, s_full)).Message;
    }
}

using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>A loss class that a user ships: right ones are accepted, and each mistake is caught and named.</summary>
public sealed class OwnLossTests
{
    private static readonly LossRange s_range = new() { Lowest = -6, Highest = 6, Labels = [-1, 0, 2.5f] };

    [Test]
    public void A_Huber_loss_by_hand_agrees() => LossAssert.Agrees(new Huber(), Loss.Of("huber"), s_range);

    [Test]
    public void A_Huber_loss_by_hand_agrees_with_a_formula() => LossAssert.Agrees(
        new Huber(), (double o, double y) =>
            Math.Abs(o - y) <= 1 ? (o - y) * (o - y) / 2 : Math.Abs(o - y) - 0.5, s_range);

    [Test]
    public void An_absolute_error_agrees_but_for_its_kink() =>
        Assert.That(
            LossCheck.Of(new Absolute(0.5f), (double o, double y) => Math.Abs(o - y), s_range).ToString(),
            Does.Contain("✓").And.Contain(
                "kink at output 2.5, label 2.5: Derivative gives 0.5, the slopes are -1 and 1"));

    [Test]
    public void A_slope_beside_those_of_a_kink_is_caught() =>
        Caught(
            new Absolute(1.5f),
            "at the kink, output -1, label -1, Derivative gives 1.5: not between the slopes -1 and 1",
            (o, y) => (o - y).Abs());

    [Test]
    public void A_turned_sign_is_named() => Caught(new Edited(d => -d), "Its sign is turned.");

    [Test]
    public void A_factor_is_named() => Caught(new Edited(d => 2 * d), "It is 2 times what it should be.");

    [Test]
    public void A_clip_that_was_forgotten_is_caught() =>
        Caught(new Unclipped(), "Derivative is not the derivative of Loss");

    [Test]
    public void A_derivative_off_by_one_part_in_a_hundred_thousand_is_caught() =>
        Caught(new Edited(d => d * 1.00001f), "Derivative is not the slope of the stated loss");

    [Test]
    public void No_number_is_caught() => Caught(new Edited(_ => float.NaN), "it is NaN");

    [Test]
    public void Half_the_loss_with_its_derivative_is_another_loss()
    {
        var found = LossCheck.Of(new Huber(), (Node o, Node y) => 2 * (o - y).Huber(), s_range);

        Assert.That(found.Findings, Has.One.StartsWith("Loss is not the stated loss"));
        Assert.That(found.Findings, Has.None.StartsWith("Derivative is not the derivative of Loss"));
    }

    [Test]
    public void A_constant_says_nothing() =>
        Assert.That(
            LossCheck.Of(new Constant(), (double _, double _) => double.PositiveInfinity, s_range).Verdict,
            Is.Not.EqualTo(Verdict.Agrees));

    [Test]
    public void Bad_input_is_a_sentence()
    {
        void Says(LossRange range, string words) =>
            Assert.That(
                () => LossAssert.Agrees(new Huber(), Loss.Of("huber"), range),
                Throws.TypeOf<BadInputException>().With.Message.Contains(words));

        Says(new() { Lowest = 3, Highest = 3 }, "There are no outputs from 3 to 3");
        Says(new() { Lowest = double.NaN }, "There are no outputs from NaN");
        Says(new() { Labels = [] }, "give at least one");
        Says(new() { Labels = [float.NaN] }, "each a finite number");
        Says(new() { Allowance = 0.5 }, "at least 1");
        Says(s_range with { Written = (o, y) => 2 * (o - y).Huber() }, "Written is not the stated loss in other steps");
        Assert.That(
            () => LossAssert.Agrees(new Huber(), (Node o, Node y) => Node.Concat(0, o, y)),
            Throws.TypeOf<BadInputException>().With.Message.Contains("2×1"));
    }

    private static void Caught(IScalarLoss loss, string words, Func<Node, Node, Node>? stated = null) => Assert.That(
        () => LossAssert.Agrees(loss, stated ?? ((Node o, Node y) => (o - y).Huber()), s_range),
        Throws.TypeOf<DisagreementException>().With.Message.Contains(words));

    private sealed class Edited(Func<float, float> edit) : IRegressionLoss
    {
        public double Loss(float output, float label) => new Huber().Loss(output, label);

        public float Derivative(float output, float label) => edit(new Huber().Derivative(output, label));
    }

    private sealed class Unclipped : IRegressionLoss
    {
        public double Loss(float output, float label) => new Huber().Loss(output, label);

        public float Derivative(float output, float label) => output - label;
    }

    private sealed class Absolute(float atZero) : IRegressionLoss
    {
        public double Loss(float output, float label) => Math.Abs(output - label);

        public float Derivative(float output, float label) => output == label ? atZero : Math.Sign(output - label);
    }

    private sealed class Constant : IRegressionLoss
    {
        public double Loss(float output, float label) => double.PositiveInfinity;

        public float Derivative(float output, float label) => 0;
    }
}

/// <summary>Huber's loss with δ = 1, as a user writes it.</summary>
internal sealed class Huber : IRegressionLoss
{
    public double Loss(float output, float label)
    {
        var apart = Math.Abs(output - label);
        return apart <= 1 ? apart * apart / 2 : apart - 0.5f;
    }

    public float Derivative(float output, float label) => Math.Clamp(output - label, -1, 1);
}

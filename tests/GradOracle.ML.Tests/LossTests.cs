using Microsoft.ML.Trainers;
using NUnit.Framework;

namespace GradOracle.ML.Tests;

/// <summary>ML.NET's own losses, as exhibits.</summary>
public sealed class LossTests
{
    private static readonly LossRange s_numbers = new() { Lowest = -8, Highest = 8, Labels = [-2, -0.5f, 0, 1, 3] };
    private static readonly LossRange s_classes = new() { Lowest = -15, Highest = 15 };
    private static readonly LossRange s_positive = new() { Lowest = 0.125, Highest = 8, Labels = [0.5f, 1, 2] };

    // ML.NET takes a label above 0 for 1: −1 or 1 in the formulas.
    private static Node Margin(Node output, Node label) => (2 * label - 1).Hadamard(output);

    private static Node LogOfSigmoid(Node o, Node y) =>
        -(y.Hadamard(o.Sigmoid().Log()) + (1 - y).Hadamard((1 - o.Sigmoid()).Log()));

    private static Node Logistic(Node o, Node y) => o.Softplus() - y.Hadamard(o);

    [Test]
    public void Squared_loss_agrees() =>
        Accept(LossCheck.Of(new SquaredLoss(), (Node o, Node y) => (o - y).Squared(), s_numbers));

    [Test]
    public void Squared_loss_agrees_with_a_formula() =>
        Accept(LossCheck.Of(new SquaredLoss(), (double o, double y) => (o - y) * (o - y), s_numbers));

    [Test]
    public void Poisson_loss_agrees() =>
        Accept(LossCheck.Of(
            new PoissonLoss(),
            (Node o, Node y) => o.Exp() - y.Hadamard(o),
            s_numbers with { Labels = [0, 1, 3] }));

    [Test]
    public void Hinge_loss_agrees_but_for_its_kink() =>
        Accept(LossCheck.Of(new HingeLoss(), (Node o, Node y) => (1 - Margin(o, y)).Relu(), s_classes));

    [Test]
    public void Smoothed_hinge_loss_agrees() =>
        Accept(LossCheck.Of(new SmoothedHingeLoss(0.5f), (Node o, Node y) => SmoothedHinge(o, y), s_classes));

    private static Node SmoothedHinge(Node o, Node y)
    {
        var shortfall = 1 - Margin(o, y);
        var clamped = shortfall.Clamp(0, 0.5);
        return clamped.Hadamard(shortfall - clamped / 2) / 0.5;
    }

    [Test]
    public void Exponential_loss_agrees() =>
        Accept(LossCheck.Of(new ExpLoss(1.5f), (Node o, Node y) => (-1.5 * Margin(o, y)).Exp(), s_classes));

    [Test]
    public void Log_loss_agrees_in_its_own_steps_with_its_approximate_logistic_function() =>
        Accept(LossCheck.Of(new LogLoss(), Logistic, s_classes with { Written = LogOfSigmoid, Allowance = 8 }));

    [Test]
    public void Log_loss_is_further_off_than_rounding_explains() =>
        Refuse(
            LossCheck.Of(new LogLoss(), Logistic, s_classes with { Written = LogOfSigmoid }),
            "Derivative is not the slope of the stated loss");

    [Test]
    public void Log_loss_loses_digits_of_small_losses() =>
        Refuse(
            LossCheck.Of(new LogLoss(), Logistic, s_classes with { Allowance = 8 }),
            "Loss is not the stated loss: at output -14.9");

    [Test]
    public void Log_loss_is_clipped_where_its_derivative_is_not() => Refuse(
        LossCheck.Of(
            new LogLoss(),
            Logistic,
            s_classes with { Lowest = -30, Highest = 30, Written = LogOfSigmoid, Allowance = 8 }),
        "it is 18.420680743952367",
        "Derivative is not the derivative of Loss",
        "label 1 it is -1, differences of Loss gives 0");

    [Test]
    public void The_derivative_of_Tweedie_loss_is_not_that_of_its_loss()
    {
        var found = LossCheck.Of(
            new TweedieLoss(1.5),
            (Node o, Node y) => 2 * y.Hadamard(o.Rsqrt()) + 2 * o.Sqrt() - 4 * y.Sqrt(),
            s_positive);

        Refuse(found, "Derivative is not the derivative of Loss", "It is off by the factor output");
        Assert.That(found.Findings, Has.None.Contains("Loss is not the stated loss"));
    }

    [Test]
    public void Tweedie_loss_of_index_1_has_a_constant_of_its_own_and_the_same_mistake() => Refuse(
        LossCheck.Of(
            new TweedieLoss(1),
            (Node o, Node y) => o - y.Hadamard(o.Log()) + y.Hadamard(y.Log()) - y,
            s_positive),
        "The difference depends on the label alone",
        "It is off by the factor output");

    [Test]
    public void Tweedie_loss_of_index_2_is_not_even_off_by_one_factor()
    {
        var found = LossCheck.Of(new TweedieLoss(2), (Node o, Node y) => y / o + o.Log() - 1 - y.Log(), s_positive);

        Refuse(found, "Loss is not the stated loss", "Derivative is not the derivative of Loss");
        Assert.That(
            found.Findings.Single(f => f.StartsWith("Derivative is not the derivative", StringComparison.Ordinal)),
            Does.Not.Contain("factor"));
    }

    private static void Accept(MLResult result)
    {
        TestContext.Out.WriteLine(result);
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees));
    }

    private static void Refuse(MLResult result, params string[] parts)
    {
        TestContext.Out.WriteLine(result);
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
        foreach (var part in parts)
        {
            Assert.That(result.ToString(), Does.Contain(part));
        }
    }
}

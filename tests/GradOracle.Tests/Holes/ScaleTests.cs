using GradOracle.Gallery;
using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Right for numbers between −1 and 1, and wrong for large ones, tiny ones, zeros.</summary>
public sealed class ScaleTests
{
    private static readonly CheckOptions s_real = new() { Kinds = [CaseKind.Real], Losses = [Samples.SquaredError] };
    private static readonly CheckOptions s_one = new() { Losses = [Samples.SquaredError] };

    private static IEnumerable<TestCaseData> Functions() =>
        Layers.Functions.Select(f => new TestCaseData(f.Network, f.Wrong, f.Right).SetArgDisplayNames(f.Name));

    private static IEnumerable<TestCaseData> Inputs() => Layers.Inputs.Where(i => i.Name != "x as x²/x").Select(
        i => new TestCaseData(i.Change).SetArgDisplayNames(i.Name));

    [TestCaseSource(nameof(Functions))]
    public void A_function_that_is_right_near_0_only_is_caught_by_the_default_check(
        Network network, Func<double, double> wrong, Func<double, double> right)
    {
        Assert.That(
            GradientCheck.Run(Layers.Of(network, wrong, Layers.Same), s_one).Verdict,
            Is.GreaterThanOrEqualTo(Verdict.Disagrees));

        var twin = GradientCheck.Run(Layers.Of(network, right, Layers.Same), s_one);
        Assert.That(twin.Verdict, Is.EqualTo(Verdict.Agrees), twin.ToString());
    }

    [TestCaseSource(nameof(Inputs))]
    public void Inputs_that_are_clipped_or_taken_for_0_on_the_way_back_are_caught_by_real_cases_alone(Func<double, double> change) =>
        Assert.That(
            GradientCheck.Run(Layers.Of(Layers.Linear, Layers.Same, change), s_real).Verdict,
            Is.EqualTo(Verdict.Disagrees));

    [Test]
    public void What_divides_by_an_entry_that_may_be_0_is_caught_by_the_default_check() =>
        Assert.That(
            GradientCheck.Run(Layers.Of(Layers.Linear, Layers.Same, v => v * v / v), s_real).Verdict,
            Is.EqualTo(Verdict.NotComparable));

    [Test]
    public void A_softmax_without_its_maximum_subtracted_is_caught_by_the_default_check()
    {
        var softmax = new CheckOptions { Losses = [Named.Losses.Find("free-target-cross-entropy")] };

        Assert.That(
            GradientCheck.Run(Layers.WithSoftmax(isSubtracted: false), softmax).Verdict,
            Is.EqualTo(Verdict.NotComparable));
        Assert.That(
            GradientCheck.Run(Layers.WithSoftmax(isSubtracted: true), softmax).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void Where_nothing_comes_from_above_a_gradient_is_exactly_zero()
    {
        // Normalised on its way, and multiplied by its size again: 0/0.
        var normalised = GradientCheck.Run(
            Layers.Of(
                Layers.Linear,
                Layers.Same,
                Layers.Same,
                G => G / G.Enumerate().Max(Math.Abs) * G.Enumerate().Max(Math.Abs)),
            new CheckOptions { Kinds = [CaseKind.Real], Losses = [Samples.Projection] });
        Assert.That(normalised.Verdict, Is.EqualTo(Verdict.NotComparable));

        // So little that any integer rounds it away, but for 0.
        var decayed = GradientCheck.Run(
            Layers.Of(Layers.Linear, Layers.Same, Layers.Same, G => G + 1e-18),
            new CheckOptions { Kinds = [CaseKind.Exact], Losses = [Samples.SquaredError] });
        Assert.That(decayed.Verdict, Is.EqualTo(Verdict.Disagrees));
    }
}

using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Backpropagation through time that gives up after some steps.</summary>
public sealed class TruncationTests
{
    // One loss of the default check, that the tests be fast.
    private static readonly CheckOptions s_one = new() { Losses = [Samples.Projection] };

    private static IEnumerable<TestCaseData> Kinds() =>
        Truncations.Kinds.Select(k => new TestCaseData(k.Network, k.Steps));

    [TestCaseSource(nameof(Kinds))]
    public void What_is_cut_off_after_the_steps_that_shapes_commonly_have_is_caught_by_the_default_check(string network, int steps) =>
        Assert.That(GradientCheck.Run(Truncations.Of(network, steps), s_one).Verdict, Is.EqualTo(Verdict.Disagrees));

    [TestCase("elman")]
    [TestCase("elman-quadratic")]
    public void The_right_derivation_agrees_through_as_many_steps(string network)
    {
        var result = GradientCheck.Run(Catalog.DefaultDerivation(Catalog.Networks.Find(network)), s_one);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
    }
}

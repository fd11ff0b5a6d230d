using GradOracle.Gallery;
using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>A gradient that cancels to nothing: right code must not be inconclusive for it.</summary>
[Parallelizable]
public sealed class CancellingTests
{
    [Test]
    public void A_bias_gradient_of_signs_that_cancel_agrees_at_every_seed()
    {
        var options =
            new CheckOptions { Cases = 100, Kinds = [CaseKind.Real], Losses = [Named.Losses.Find("absolute-error")] };

        Assert.That(
            Enumerable.Range(0, 24).Select(
                seed => GradientCheck.Run(
                    new SharedWeightBiasBackprop(), options with { Seed = (ulong)(2020 + 1000 * seed) }).Verdict),
            Is.All.EqualTo(Verdict.Agrees));
    }
}

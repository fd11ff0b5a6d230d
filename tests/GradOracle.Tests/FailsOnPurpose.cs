using GradOracle.Gallery;
using GradOracle.NUnit;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Assertions that fail: run by the tests of the report they leave, and by nobody else.</summary>
[Explicit]
internal sealed class FailsOnPurpose
{
    public static string Fixtures { get; set; } = "";

    [Test]
    public void Approved_gradients_with_a_term_dropped() =>
        GradientAssert.Approved(Samples.MissingX1Contribution, FixtureCatalog.Cases[0].ToString(), Fixtures);

    [Test]
    public void Agreement_with_a_term_dropped([Range(1, 5)] int seed) =>
        GradientAssert.Agrees(
            Samples.MissingX1Contribution,
            new() { Cases = 1, Seed = (ulong)seed, Losses = [Samples.SquaredError], Kinds = [CaseKind.Real] });

    [Test]
    public void Agreement_that_holds() =>
        GradientAssert.Agrees(
            new SharedWeightBackprop(), new() { Cases = 1, Losses = [Samples.SquaredError], Kinds = [CaseKind.Real] });

    [Test]
    public void A_failure_that_is_expected() =>
        Assert.Throws<AssertionException>(
            () => GradientAssert.Agrees(
                Samples.MissingX1Contribution,
                new() { Cases = 1, Losses = [Samples.SquaredError], Kinds = [CaseKind.Real] }));
}

using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Inputs changed in place: right gradients, and somebody's weights are gone.</summary>
public sealed class InputsChangedTests
{
    private static readonly CheckOptions s_one = new() { Losses = [Samples.SquaredError] };

    [TestCase("X1", "X1 2×1    not comparable: the derivation modifies X1")]
    [TestCase("Wh", "Wh 3×3    not comparable: the derivation modifies Wh")]
    [TestCase("T", "Ŷ 1×1     not comparable: the derivation modifies T")]
    public void A_tensor_that_is_changed_in_place_is_caught_and_named(string tensor, string line)
    {
        var wrong = ChangedInputs.Of(tensor, values => values[^1] += 1);

        Assert.That(
            GradientCheck.Replay(
                wrong, "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020").ToString(),
            Does.Contain(line).And.Not.Contain("diagnosis"));
        Assert.That(
            GradientCheck.Run(wrong, s_one).Suites.Select(s => s.Counts[Verdict.NotComparable]), Is.All.EqualTo(100));
        Assert.That(GradientCheck.Run(wrong, new CheckOptions { Cases = 4, Losses = [Samples.SquaredError] }).ToString(), Does.Contain($"not comparable: the derivation modifies {tensor}").And.Not.Contain("diagnosis").And.Not.Contain("neighbours"));
    }

    [Test]
    public void A_zero_that_changes_its_sign_has_been_changed() =>
        Assert.That(
            GradientCheck.Run(ChangedInputs.Of("X2", ChangedInputs.NegateZeros), s_one).Verdict,
            Is.EqualTo(Verdict.NotComparable));

    [Test]
    public void Inputs_that_are_read_only_are_nobodys_fault() =>
        Assert.That(
            GradientCheck.Run(ChangedInputs.Of("X1", values => values[0] += 0), s_one).Verdict,
            Is.EqualTo(Verdict.Agrees));
}

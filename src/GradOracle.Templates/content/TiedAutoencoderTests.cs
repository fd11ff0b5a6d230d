using GradOracle.NUnit;
using NUnit.Framework;

namespace GradientTests;

public sealed class TiedAutoencoderTests
{
    [Test]
    public void Gradients_by_hand_agree_with_autograd() => GradientAssert.Agrees(new TiedAutoencoderBackprop());

    // In fixtures/ beside this file. What changes these values fails, and says which term changed.
    [TestCase("tied/squared-error n=3 h=2 B=4 exact float64 seed=1 k=9")]
    public void Gradients_are_the_approved_ones(string name) => GradientAssert.Approved(new TiedAutoencoderBackprop(), name);
}

using GradOracle.Diagnoses;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Networks that have fewer inputs at smaller sizes: a wrong gradient is looked for where it is.</summary>
public sealed class FewerInputsTests
{
    private static readonly CaseStack s_failing =
        Samples.Generate(Samples.Case("elman/squared-error T=3 n=2 h=3 m=2 B=4 real float64 seed=1"));

    [Test]
    public void A_gradient_of_the_third_step_that_is_wrong_at_all_sizes_is_no_matter_of_sizes() =>
        Assert.That(SizeRules.Of(new ThirdStep(_ => true), s_failing, ["X3"]), Is.Null);

    [Test]
    public void A_gradient_of_the_third_step_that_is_wrong_at_some_sizes_is_told_with_them() =>
        Assert.That(
            SizeRules.Of(new ThirdStep(shape => shape["B"] > 2), s_failing, ["X3"]),
            Does.Contain("X3").And.Contain("where B is 2 or less, and wrong where it is 3 or more"));

    private sealed class ThirdStep(Func<Shape, bool> isWrong) : Derivation
    {
        private readonly Derivation _right = Catalog.Derivations.Find("elman");

        public override string Name => "third-step";

        public override string Summary => "wrong on purpose";

        public override Network Network => _right.Network;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var result = _right.Differentiate(batch);
            if (result.Gradients.FirstOrDefault(g => g.Name == "X3") is { } third && isWrong(batch.Shape))
            {
                third.Values[0] += 1;
            }

            return result;
        }
    }
}

using GradOracle.Cases;
using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Work without a budget: a case that never ends, or that fills the memory.</summary>
public sealed class CaseBudgetTests
{
    [TestCase("shared-weight/squared-error n=1024 h=1024 m=1024 B=1024 real float64 seed=1", "takes about 25808 million operations")]
    [TestCase("elman/squared-error T=1024 n=64 h=64 m=1 B=64 real float64 seed=1", "T=1024 n=64 h=64 m=1 B=64 is too large")]
    public void A_single_case_beyond_the_budget_is_refused_with_its_size_and_the_limit(string name, string sentence)
    {
        var refused = Assert.Throws<BadInputException>(() => Samples.Generate(Samples.Case(name)))!;

        Assert.That(
            refused.Message,
            Does.Contain(sentence).And.Contain(
                $"where {CaseBudget.Single} is the most for a single case; take smaller sizes."));
    }

    [Test]
    public void A_case_of_a_thousand_steps_is_within_it() =>
        Assert.That(
            () => Samples.Generate(Samples.Case("elman/squared-error T=1000 n=2 h=2 m=1 B=1 real float64 seed=1")),
            Throws.Nothing);

    [TestCase("shared-weight")]
    [TestCase("elman")]
    public void Every_case_that_is_drawn_is_within_its_own_budget_however_large_sizes_may_be(string network)
    {
        var (drawn, loss) = (Catalog.Networks.Find(network), Samples.SquaredError);
        var selection = new ShapeSelection(drawn, largest: 512, seed: 1, suite: 0);

        var scenarios = Enumerable.Range(0, 40).Select(
            i => selection.Of(i, shape => new(drawn, loss, shape), CaseBudget.Drawn.Admits)).ToList();

        Assert.That(scenarios.Select(s => s.Operations), Is.All.LessThanOrEqualTo(CaseBudget.Drawn.Operations));
        Assert.That(scenarios.Select(s => s.Bytes), Is.All.LessThanOrEqualTo(CaseBudget.Drawn.Bytes));
        Assert.That(scenarios.Max(s => s.Shape.Dimensions.Max(d => d.Size)), Is.GreaterThan(200));
        Assert.That(
            scenarios.SelectMany(s => s.Shape.Dimensions).Where(d => d.Name == "T").Select(d => d.Size),
            Is.All.LessThanOrEqualTo(20));
    }
}

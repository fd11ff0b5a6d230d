using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Wrong only where sizes are what they seldom are by chance.</summary>
public sealed class SpecialShapeTests
{
    private static IEnumerable<TestCaseData> Special() =>
        SpecialShapes.Conditions.Select(c => new TestCaseData(c.Holds).SetArgDisplayNames(c.Name));

    // The shapes of a whole default check; what is wrong at any of them is caught.
    private static readonly Lazy<CheckResult> s_default = new(() => GradientCheck.Run(new SharedWeightBatchBackprop()));

    [TestCaseSource(nameof(Special))]
    public void Every_loss_has_exact_or_real_cases_at_special_sizes_in_the_default_check(Predicate<Shape> isSpecial)
    {
        var met = s_default.Value.Suites.Where(s => s.Shapes.Any(shape => isSpecial(shape.Shape))).ToList();

        // a softmax of one row is left out
        Assert.That(met.Select(s => s.Loss.Name).Distinct().Count(), Is.GreaterThanOrEqualTo(5));
        Assert.That(met.Select(s => s.Kind).Distinct().Count(), Is.EqualTo(2));
    }

    [TestCase("n = h = B")]
    [TestCase("B beyond a block of 64")]
    [TestCase("right everywhere")]
    public void What_is_wrong_at_special_sizes_only_is_caught_by_each_loss_of_the_default_check(string where)
    {
        var result = GradientCheck.Run(SpecialShapes.Of(where), new CheckOptions { Losses = [Samples.SquaredError] });

        Assert.That(result.Verdict, Is.EqualTo(where == "right everywhere" ? Verdict.Agrees : Verdict.Disagrees));
    }

    [Test]
    public void Two_suites_draw_other_shapes_and_each_has_large_sizes_for_every_dimension_full_blocks_and_tiles()
    {
        var suites = s_default.Value.Suites;

        Assert.That(suites.Select(s => s.Verdict), Is.All.EqualTo(Verdict.Agrees));
        Assert.That(
            suites.SelectMany(s => s.Shapes.Select(shape => shape.Shape)).Distinct().Count(), Is.GreaterThan(400));

        // The mean over no power of two leaves the lattice, and one row has no softmax.
        foreach (var suite in suites.Where(
            s => s.Loss.Name is not ("mean-squared-error" or "free-target-cross-entropy")))
        {
            List<int[]> shapes = [.. suite.Shapes.Select(s => s.Shape.Dimensions.Select(d => d.Size).ToArray())];
            bool IsAloneIn(int dimension, params int[] large) => shapes.Exists(
                sizes => large.Contains(sizes[dimension]) && sizes.Where((_, d) => d != dimension).Max() <= 3);
            Assert.Multiple(() =>
            {
                for (var d = 0; d < shapes[0].Length; d++)
                {
                    Assert.That(IsAloneIn(d, 33, 65, 129), "one past full blocks");
                    Assert.That(IsAloneIn(d, 16, 32, 64, 128), "full blocks");
                }

                Assert.That(shapes.Count(sizes => sizes.Count(n => n is > 16 and <= 40) == 2), Is.GreaterThan(4), "tiles");
            });
        }
    }

    [Test]
    public void No_size_is_larger_than_was_asked_for([Values(1, 4, 11)] int largest)
    {
        var shapes = GradientCheck.Run(
            new SharedWeightBatchBackprop(),
            new CheckOptions { MaxSize = largest, Losses = [Samples.SquaredError] }).Suites.SelectMany(s => s.Shapes);

        Assert.That(shapes.SelectMany(s => s.Shape.Dimensions).Max(d => d.Size), Is.EqualTo(largest));
    }
}

using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Graphs;
using GradOracle.Networks;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What is done sooner gives what is done plainly.</summary>
public sealed class HotPathTests
{
    [Test]
    public void Many_entries_at_once_have_the_statistics_of_each_looked_at_alone([Range(1, 40)] int length)
    {
        var random = new Random(length);
        double[] expected = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
        double[] errors = [.. expected.Select(_ => random.NextDouble())];
        double[] derivation = [.. expected.Select((a, j) => a + (2 * random.NextDouble() - 1) * 1.9 * errors[j])];
        var (worst, at) = expected.Select(
            (a, j) => (Math.Abs(a - derivation[j]) / (2 * errors[j]), j)).MaxBy(e => e.Item1);

        var found = EntryStatistics.Of(derivation, expected, errors);
        Assert.That((found.WorstInBounds, found.WorstIndex, found.Differing), Is.EqualTo((worst, at, 0)));
        Assert.That(
            (found.LargestBound, found.LargestEntry, found.LargestDifference),
            Is.EqualTo(
                (2 * errors.Max(), expected.Max(Math.Abs), expected.Zip(derivation, (a, d) => Math.Abs(a - d)).Max())));
        Assert.That(found.LargestOfBoth, Is.EqualTo(expected.Concat(derivation).Max(Math.Abs)));

        derivation[^1] += 3 * errors[^1] + 1;
        Assert.That(EntryStatistics.Of(derivation, expected, errors).Differing, Is.EqualTo(1));
        derivation[^1] = double.NaN;
        Assert.That(EntryStatistics.Of(derivation, expected, errors).IsFinite, Is.False);
    }

    [TestCase(0.0, -0.0, true)]
    [TestCase(1.0, 1.0, true)]
    [TestCase(1.0, 2.0, false)]
    [TestCase(double.NaN, double.NaN, false)]
    [TestCase(double.PositiveInfinity, double.PositiveInfinity, false)]
    public void Entries_are_the_same_where_all_are_equal_and_finite(double left, double right, bool areSame)
    {
        foreach (var length in (int[])[1, 3, 4, 9, 16])
        {
            foreach (var at in Enumerable.Range(0, length))
            {
                var (a, b) = (new double[length], new double[length]);
                (a[at], b[at]) = (left, right);
                Assert.That(EntryStatistics.AreSame(a, b), Is.EqualTo(areSame), $"{length}, {at}");
            }
        }
    }

    [TestCase("shared-weight")]
    [TestCase("stacked-bias")]
    [TestCase("elman-sequence-relu-bias")]
    public void Transposes_taken_as_they_lie_change_no_bit(string network)
    {
        var scenario = Of(network);
        var results = scenario.Majorant.Results;
        var batch = CaseGenerator.Generate(new CaseId(scenario, CaseKind.Real, ElementType.Float64, 1), 3);
        var plain = new Schedule(results).Evaluate(3, batch.ValuesOf);
        var fused = new Schedule(results, isFused: true).Evaluate(3, batch.ValuesOf);

        Assert.That(results.SelectMany(r => fused[r]), Is.EqualTo(results.SelectMany(r => plain[r])));
    }

    [TestCase("elman-sequence")]
    [TestCase("elman-sequence-relu-bias")]
    public void The_largest_entries_of_outputs_beside_each_other_are_found_from_a_row_of_each(string network)
    {
        var majorant = Of(network).Majorant;
        var values = majorant.Of(
            1, node => node.Operation is Leaf ? [.. Enumerable.Repeat(3.0, node.Sizes.Length)] : null);

        Assert.That(new Schedule(majorant.Results, isFused: true).Rows(_ => 3), Is.Not.Null);
        Assert.That(majorant.Largest(_ => 3), Is.EqualTo(majorant.Results.Select(r => values[r].Max())));
    }

    [Test]
    public void A_derivation_sees_the_cases_that_are_asked_for_once_in_either_order_those_of_the_first_batch_again_and_no_others()
    {
        var seen = 0;
        GradientCheck.Run(Catalog.Networks.Find("shared-weight"), x =>
        {
            Interlocked.Increment(ref seen);
            return new Gradients<double>();
        }, new CheckOptions { Cases = 7, Losses = [Named.Losses.Find("squared-error")], Kinds = [CaseKind.Exact] });

        Assert.That(seen, Is.GreaterThan(2 * 7).And.LessThanOrEqualTo(3 * 7));
    }

    private static Scenario Of(string name)
    {
        var network = Catalog.Networks.Find(name);
        var sizes = network.Dimensions.Select((d, i) => (d, i + 2));
        return new Scenario(network, Named.Losses.Find("squared-error"), new Shape(sizes));
    }
}

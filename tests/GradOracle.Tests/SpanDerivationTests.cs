using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The derivations written for speed: they must not lose it unseen.</summary>
[Parallelizable]
public sealed class SpanDerivationTests
{
    private static IEnumerable<string> Names() =>
        Catalog.Derivations.All.Where(d => d.Name.EndsWith("-batch", StringComparison.Ordinal)).Select(d => d.Name);

    [TestCaseSource(nameof(Names))]
    public void A_further_case_allocates_its_results_and_nothing_else(string name)
    {
        const int cases = 1000;
        var network = Catalog.Derivations.Find(name).Network;
        var scenario = new Scenario(network, Loss.All[0], ShapeOf(network));
        var results = scenario.Differentiated.Sum(s => s.Length) + scenario.Output.Sizes.Length;
        const int loss = 1, smallestObject = 24; // bytes; the runtime counts in blocks of several thousand

        var expected = sizeof(double) * (results + loss);
        var further = Allocated(name, 2 * cases) - Allocated(name, cases);

        Assert.That(further / (double)cases, Is.EqualTo(expected).Within(smallestObject / 2));
    }

    [TestCaseSource(nameof(Names))]
    public void How_many_cases_there_are_shows_in_none_of_them(string name)
    {
        var derivation = Catalog.Derivations.Find(name);

        var many = derivation.Differentiate(Batch(name, 400));
        var one = derivation.Differentiate(Batch(name, 1, seed: 399));

        Assert.Multiple(() =>
        {
            Assert.That(many.Output[399].ToArray(), Is.EqualTo(one.Output[0].ToArray()));
            Assert.That(many.Losses[399], Is.EqualTo(one.Losses[0]));
            foreach (var (all, alone) in many.Gradients.Zip(one.Gradients))
            {
                Assert.That(all[399].ToArray(), Is.EqualTo(alone[0].ToArray()), all.Name);
            }
        });
    }

    private static long Allocated(string name, int count)
    {
        var (derivation, batch) = (Catalog.Derivations.Find(name), Batch(name, count));
        derivation.Differentiate(batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        derivation.Differentiate(batch);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static CaseStack Batch(string name, int count, ulong seed = 0)
    {
        var network = Catalog.Derivations.Find(name).Network;
        var squaredError = Named.Losses.Find("squared-error");
        var first = new CaseId(network, squaredError, ShapeOf(network), CaseKind.Real, ElementType.Float64, seed);
        return CaseGenerator.Generate(first, count);
    }

    // Unequal sizes, and at most four steps: a square hides a missing transpose.
    private static Shape ShapeOf(Network network) =>
        new(network.Dimensions.Select((dimension, i) => (dimension, new[] { 4, 2, 5, 3, 2 }[i])));
}

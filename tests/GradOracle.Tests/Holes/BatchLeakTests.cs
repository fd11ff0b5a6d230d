using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>State that leaks from one case of a batch to another: a batch of one shows nothing of it.</summary>
[Parallelizable]
public sealed class BatchLeakTests
{
    [TestCaseSource(typeof(BatchLeaks), nameof(BatchLeaks.Kinds))]
    public void A_leak_inside_a_batch_is_caught_by_the_default_check(string leak)
    {
        var result = GradientCheck.Run(BatchLeaks.Of(leak), new CheckOptions { Losses = [Samples.SquaredError] });

        Assert.That(
            result.ToString(),
            Does.Contain(
                "not comparable: the derivation gives another value when the case has other neighbours in the batch"));
        Assert.That(result.Suites.Select(s => s.Verdict), Is.All.GreaterThanOrEqualTo(Verdict.Disagrees));
    }

    [Test]
    public void A_derivation_that_takes_the_whole_batch_at_once_and_leaks_nothing_agrees() =>
        Assert.That(GradientCheck.Run(new SharedWeightBatchBackprop()).Verdict, Is.EqualTo(Verdict.Agrees));

    [TestCase("exact")]
    [TestCase("real")]
    public void A_leak_is_seen_again_when_its_case_is_replayed_alone(string kind)
    {
        var name = $"shared-weight/squared-error n=2 h=3 m=1 B=1 {kind} float64 seed=2020";

        Assert.That(
            GradientCheck.Replay(BatchLeaks.Of(BatchLeaks.Kinds[0]), name).ToString(),
            Does.Contain("Wx 3×2    not comparable: the derivation gives another value"));
        Assert.That(GradientCheck.Replay(new OwnBackprop(), name).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void Two_orders_that_round_otherwise_are_no_leak()
    {
        var rounding = new Spoiled(new OwnBackprop(), (batch, result) =>
        {
            // As a product that takes another path for other alignments: right to the last bit but one.
            result["Wx"].Values[0] = batch.Kind == CaseKind.Real && result["Wx"].Values[0] != 0
                ? Math.BitIncrement(result["Wx"].Values[0])
                : result["Wx"].Values[0];
        });

        var result = GradientCheck.Run(rounding, new CheckOptions { Losses = [Samples.Projection] });
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
    }

    [Test]
    public void Every_suite_has_batches_of_at_least_two([Values(2, 3, 25, 100, 1003)] int cases)
    {
        var sizes = new List<int>();
        var counting = new Spoiled(new OwnBackprop(), (batch, _) => { lock (sizes) { sizes.Add(batch.Count); } });

        var result = GradientCheck.Run(counting, new CheckOptions { Cases = cases, Losses = [Samples.SquaredError] });

        // One alone is tried once in a suite, beside its first batch.
        Assert.That(sizes.Count(size => size < 2), Is.EqualTo(result.Suites.Count));
        Assert.That(sizes, Is.All.Positive);
        Assert.That(result.Suites.Select(s => s.Cases), Is.All.EqualTo(cases));
    }
}

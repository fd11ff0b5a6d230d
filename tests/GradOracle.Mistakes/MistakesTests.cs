using GradOracle.Gallery;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The table of <c>gradoracle mistakes</c>: over a hundred wrong derivations, and right ones written in other
/// ways.</summary>
public sealed class MistakesTests
{
    private static readonly Lazy<IReadOnlyList<TrialResult>> s_results = new(() => TrialResult.Of(Trials.All));

    [Test]
    public void Every_mistake_is_caught_by_the_default_check() =>
        Assert.That(s_results.Value.Where(r => r.Trial.IsWrong && !r.IsRight).Select(r => r.Trial.Name), Is.Empty);

    [Test]
    public void No_right_derivation_is_refused_by_the_default_check() =>
        Assert.That(s_results.Value.Where(r => !r.Trial.IsWrong && !r.IsRight).Select(r => r.Trial.Name), Is.Empty);

    [Test]
    public void The_table_is_the_one_that_was_approved() => Snapshot.Verify("Mistakes", TrialTable.Of(s_results.Value));

    [Test]
    public void Every_network_has_wrong_derivations_and_right_ones_and_no_two_have_one_name([Values] bool isWrong)
    {
        var trials = Trials.All.Where(t => t.IsWrong == isWrong).ToList();

        Assert.That(trials, Has.Count.GreaterThanOrEqualTo(isWrong ? 100 : 30));
        Assert.That(
            Catalog.Networks.All.Select(n => n.Name).Except(trials.Select(t => t.Derivation.Network.Name)), Is.Empty);
        Assert.That(
            trials.GroupBy(t => (t.Derivation.Network.Name, t.Name)).Where(g => g.Count() > 1).Select(g => g.Key),
            Is.Empty);
        Assert.That(trials.Where(t => t.IsWrong != t.Says.Count > 0).Select(t => t.Name), Is.Empty);
    }

    [Test]
    public void What_the_mistakes_change_is_right_where_nothing_is_changed()
    {
        var options = new CheckOptions { Cases = 10, Losses = [Samples.SquaredError] };
        Derivation[] unchanged =
        [
            .. Catalog.Networks.All.OfType<ElmanNetwork>().Select(
                elman => new TimeMistake("unchanged", "", "", new(), elman)),
            .. Catalog.Networks.All.Where(n => n is TwoInputNetwork or StackedNetwork).Select(TwoInputTrials.Unchanged),
        ];

        foreach (var derivation in unchanged)
        {
            Assert.That(
                GradientCheck.Run(derivation, options).Verdict, Is.EqualTo(Verdict.Agrees), derivation.Network.Name);
        }
    }

    [Test]
    public void One_that_is_not_caught_is_told_as_that()
    {
        var right = new OwnBackprop();
        var missed = new TrialResult(
            Trial.Wrong("harmless", right, "nothing", "nothing"), null, Description.Silent, []);
        var refused = new TrialResult(
            Trial.Right("strict", right, "as it is"), TrialResult.Of(Trials.All[0]).Caught, Description.Silent, []);

        Assert.That((missed.IsRight, refused.IsRight), Is.EqualTo((false, false)));
        Assert.That(
            TrialTable.Of([missed, refused]),
            Does.Contain("NOT CAUGHT").And.Contains(
                "REFUSED by squared-error exact  strict: ").And.EndsWith("agree 0, refused 1\n"));
    }

    [TestCase("the contribution of Wx on X1 is missing", nameof(Description.Named))]
    [TestCase("the gradient of Wx is doubled", nameof(Description.Wrong))]
    public void A_sentence_names_a_mistake_only_where_it_says_what_it_is(string says, string description)
    {
        var mistake = (Mistake)Samples.MissingX1Contribution;

        Assert.That(
            TrialResult.Of(Trial.Wrong("trial", mistake, mistake.WrongLine, says)).Description.ToString(),
            Is.EqualTo(description));
    }
}

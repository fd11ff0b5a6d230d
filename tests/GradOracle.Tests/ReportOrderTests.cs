using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What a report says first, what it is called, and what of a later one is worse.</summary>
[Category("Quick")]
public sealed class ReportOrderTests
{
    private static readonly ReportedUpdate s_update = new()
    {
        Network = "n",
        Derivation = "d",
        Case = "c",
        Rule = "r",
        Verdict = Verdict.Agrees,
        Sentence = "s.",
        Losses = [1, 0.5],
        ExpectedLosses = [1, 0.5],
        StepErrorsInBounds = [0],
        TrajectoryErrorsInBounds = [0],
        Replay = "again",
    };

    [TestCase(Verdict.Agrees, Verdict.Disagrees, true)]
    [TestCase(Verdict.Agrees, Verdict.Inconclusive, true)]
    [TestCase(Verdict.Disagrees, Verdict.NotComparable, true)]
    [TestCase(Verdict.Disagrees, Verdict.Agrees, false)]
    [TestCase(Verdict.NotComparable, Verdict.Disagrees, false)]
    public void An_update_that_became_worse_is_worse_and_one_that_became_better_is_not(
        Verdict before, Verdict after, bool isWorse)
    {
        var diff = ReportDiff.Of(Updates(before), Updates(after));

        Assert.That(
            (diff.IsWorse, diff.Changes.Single().What, diff.Changes[0].IsWorse),
            Is.EqualTo((isWorse, "update run changed", isWorse)));
    }

    [TestCase(Verdict.Agrees, false)]
    [TestCase(Verdict.Disagrees, true)]
    public void An_update_that_is_new_is_worse_where_it_does_not_agree(Verdict verdict, bool isWorse) =>
        Assert.That(ReportDiff.Of(Report.Of("t", [], []), Updates(verdict)).IsWorse, Is.EqualTo(isWorse));

    [Test]
    public void A_suite_that_is_added_and_fails_is_worse_and_one_that_agrees_or_is_removed_is_not()
    {
        var (wrong, right) = (Check(Samples.MissingX1Contribution), Check(new OwnBackprop()));
        Report Without(Report report) => report with { Checks = [report.Checks[0] with { Suites = [.. report.Checks[0].Suites.Skip(1)] }], Cases = [] };

        var added = ReportDiff.Of(Without(wrong), wrong with { Cases = [] });
        Assert.That((added.IsWorse, added.Changes.Single().What), Is.EqualTo((true, "suite added")));
        Assert.That(ReportDiff.Of(Without(right), right).IsWorse, Is.False);
        Assert.That(
            (
                ReportDiff.Of(wrong with { Cases = [] }, Without(wrong)) is var removed,
                removed.IsWorse,
                removed.Changes.Single().What),
            Is.EqualTo((true, false, "suite removed")));
    }

    [Test]
    public void What_became_worse_is_told_first()
    {
        var (agrees, disagrees) = (s_update, s_update with { Case = "other", Verdict = Verdict.Disagrees });
        var before = Report.Of("t", [], [], agrees, disagrees);
        var after = Report.Of(
            "t", [], [], agrees with { Verdict = Verdict.Disagrees }, disagrees with { Verdict = Verdict.Agrees });

        Assert.That(ReportDiff.Of(before, after).Changes.Select(c => c.IsWorse), Is.EqualTo(new[] { true, false }));
        Assert.That(ReportDiff.Of(after, before).Changes.Select(c => c.IsWorse), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public void A_suite_with_fewer_failures_of_a_worse_kind_is_worse()
    {
        var wrong = Check(Samples.MissingX1Contribution) with { Cases = [] };
        Report With(Verdict worst, int failing)
        {
            var suite = wrong.Checks[0].Suites[0];
            var counts =
                new Dictionary<Verdict, int> { [Verdict.Agrees] = (int)suite.Cases - failing, [worst] = failing };
            return wrong with { Checks = [wrong.Checks[0] with { Suites = [suite with { Counts = counts }] }] };
        }

        Assert.That(ReportDiff.Of(With(Verdict.Disagrees, 3), With(Verdict.NotComparable, 1)).IsWorse);
        Assert.That(ReportDiff.Of(With(Verdict.Disagrees, 1), With(Verdict.Disagrees, 3)).IsWorse);
        Assert.That(ReportDiff.Of(With(Verdict.Disagrees, 3), With(Verdict.Disagrees, 1)).IsWorse, Is.False);
    }

    [Test]
    public void The_verdict_of_a_report_is_the_worst_of_its_checks_cases_and_updates()
    {
        var right = Check(new OwnBackprop());
        var failing = Check(Samples.MissingX1Contribution).Cases[0];

        Assert.Multiple(() =>
        {
            Assert.That(Report.Of("t", [], []).Verdict, Is.EqualTo(Verdict.Agrees));
            Assert.That(Report.Of("t", right.Checks, [failing]).Verdict, Is.EqualTo(Verdict.Disagrees));
            Assert.That(
                Report.Of("t", right.Checks, [], s_update with { Verdict = Verdict.NotComparable }).Verdict,
                Is.EqualTo(Verdict.NotComparable));
            Assert.That(
                Report.Of("t", Check(Samples.MissingX1Contribution).Checks, []).Verdict, Is.EqualTo(Verdict.Disagrees));
        });
    }

    [Test]
    public void A_title_is_what_was_run_and_a_sentence_counts_what_does_not_agree()
    {
        var (right, wrong) = (Check(new OwnBackprop()), Check(Samples.MissingX1Contribution));

        Assert.Multiple(() =>
        {
            Assert.That(Report.Of("gradoracle check", right.Checks, []).Title, Is.EqualTo("gradoracle check"));
            Assert.That(Report.Of("t", right.Checks, []).Sentence, Is.EqualTo(right.Checks[0].Sentence));
            Assert.That(
                Report.Of("t", [.. right.Checks, .. wrong.Checks], []).Sentence,
                Is.EqualTo("1 of 2 checks do not agree"));
            Assert.That(
                Report.Of("t", [.. right.Checks, .. right.Checks], [], s_update).Sentence,
                Is.EqualTo("all 2 checks agree; 1 update run agrees"));
            Assert.That(Report.Of("t", [], [], s_update).Sentence, Is.EqualTo("s."));
            Assert.That(
                Report.Of("t", [], [wrong.Cases[0], wrong.Cases[1]]).Sentence, Is.EqualTo("2 of 2 cases do not agree"));
        });
    }

    [Test]
    public void Cases_of_a_report_are_the_worst_verdict_first_and_of_each_the_smallest()
    {
        var wrong = new Sabotaged(
            g => Enumerable.Range(0, g["Wh"].Count).ToList().ForEach(
                s => g["Wh"][s][0] = g["Wh"].Length == 9 ? double.NaN : g["Wh"][s][0] + 1));
        var options = new CheckOptions { Cases = 8, Losses = [Samples.SquaredError], Kinds = [CaseKind.Exact], FindingsKept = 8, Shapes = [Samples.SizesOf(2, 2, 1, 1), Samples.SizesOf(2, 3, 1, 1), Samples.SizesOf(1, 2, 1, 1)] };

        var report = Samples.Check(wrong, options);

        Assert.That(report.Cases.Select(c => c.Verdict), Is.Ordered.Descending);
        var sizes = report.Cases.Where(c => c.Verdict == Verdict.Disagrees).Select(
            c => c.Gradients.Sum(g => g.Rows * g.Columns)).ToList();
        Assert.That(sizes, Is.Ordered.Ascending.And.Count.EqualTo(5));
        Assert.That(report.Checks[0].Verdict, Is.EqualTo(Verdict.NotComparable));
    }

    private static Report Check(Derivation derivation) =>
        Samples.Check(
            derivation, new CheckOptions { Cases = 3, Losses = [Samples.SquaredError], MaxSize = 3, FindingsKept = 3 });

    private static Report Updates(Verdict verdict) => Report.Of("t", [], [], s_update with { Verdict = verdict });
}

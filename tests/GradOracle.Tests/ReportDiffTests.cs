using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Two runs against each other.</summary>
public sealed class ReportDiffTests
{
    private static readonly CheckOptions s_options =
        new() { Cases = 4, Losses = [Samples.SquaredError], MaxSize = 5, FindingsKept = 10 };
    private static readonly Report s_right = Samples.Check(new OwnBackprop(), s_options);
    private static readonly Report s_wrong = Samples.Wrong;

    [Test]
    public void A_run_against_itself_has_no_changes()
    {
        foreach (var report in new[] { s_right, s_wrong })
        {
            var diff = ReportDiff.Of(report, report);
            Assert.That((diff.IsWorse, diff.Sentence, diff.Changes.Count), Is.EqualTo((false, "no change.", 0)));
            Assert.That(DiffText.Of(diff), Is.EqualTo("✓ no change.\n"));
        }
    }

    [Test]
    public void Cases_that_fail_now_are_worse_and_the_other_way_round_they_are_mended()
    {
        var (right, wrong) = (Named(s_right), Named(s_wrong));

        var worse = ReportDiff.Of(right, wrong);
        var better = ReportDiff.Of(wrong, right);

        Assert.Multiple(() =>
        {
            Assert.That(
                (worse.IsWorse, worse.Sentence), Is.EqualTo((true, "worse: 2 suite changed, 8 newly failing.")));
            Assert.That((better.IsWorse, better.Sentence), Is.EqualTo((false, "no worse: 2 suite changed, 8 mended.")));
            Assert.That(worse.Changes.Select(c => c.IsWorse), Is.All.True);
            Assert.That(
                worse.Changes.First(c => c.What == "newly failing").After,
                Is.EqualTo("disagrees; the contribution of Wx on X1 is missing"));
            Assert.That(
                worse.Changes[0],
                Is.EqualTo(
                    new ReportChange(
                        "suite changed",
                        "one on shared-weight squared-error exact float64",
                        "4 of 4 agree, error/bound 0",
                        "0 of 4 agree, worst disagrees, error/bound ∞",
                        true)));
        });
    }

    [Test]
    public void Another_diagnosis_is_a_change_and_a_worse_verdict_is_worse()
    {
        var first = s_wrong.Cases[0];
        var otherwise = first with { Diagnosis = [first.Diagnosis[0] with { Sentence = "something else" }] };
        var worse = first with { Verdict = Verdict.NotComparable };

        var changed = ReportDiff.Of(One(first), One(otherwise));
        var worsened = ReportDiff.Of(One(first), One(worse));

        Assert.That((changed.IsWorse, changed.Sentence), Is.EqualTo((false, "no worse: 1 failing otherwise.")));
        Assert.That((worsened.IsWorse, worsened.Sentence), Is.EqualTo((true, "worse: 1 failing otherwise.")));
    }

    [Test]
    public void Which_of_two_like_cases_was_looked_into_is_no_change()
    {
        var (first, like) = (s_wrong.Cases[0], s_wrong.Cases[0] with { Diagnosis = [], FailsLike = "another" });

        Assert.That(ReportDiff.Of(One(first), One(like)).Changes, Is.Empty);
    }

    [Test]
    public void Where_a_list_is_cut_a_case_that_is_not_in_it_is_neither_new_nor_mended()
    {
        var cut = s_wrong with { Cases = [.. s_wrong.Cases.Take(3)] };

        Assert.That(ReportDiff.Of(s_wrong, cut).Changes, Is.Empty);
        Assert.That(ReportDiff.Of(cut, s_wrong).Changes, Is.Empty);
    }

    [Test]
    public void A_test_that_fails_no_more_is_no_longer_reported_for_it_may_not_have_run()
    {
        var failing = One(s_wrong.Cases[0] with { Test = "Tests.Of_mine" });
        var gone = Report.Of("one", [], []);

        Assert.That(ReportDiff.Of(failing, gone).Sentence, Is.EqualTo("no worse: 1 no longer reported."));
        Assert.That(ReportDiff.Of(gone, failing).Sentence, Is.EqualTo("worse: 1 newly failing."));
    }

    [Test]
    public void A_larger_error_within_the_bound_is_a_change_and_no_worse()
    {
        var suite = s_right.Checks[0].Suites[1];
        var larger = s_right with { Checks = [s_right.Checks[0] with { Suites = [s_right.Checks[0].Suites[0], suite with { WorstErrorInBounds = 0.5 }] }] };

        var diff = ReportDiff.Of(s_right, larger);

        Assert.That((diff.IsWorse, diff.Changes.Single().After), Is.EqualTo((false, "4 of 4 agree, error/bound 0.5")));
    }

    [Test]
    public void Networks_that_came_and_went_are_named_and_one_that_came_and_fails_is_worse()
    {
        var none = s_right with { Checks = [] };

        Assert.Multiple(() =>
        {
            Assert.That(
                ReportDiff.Of(none, s_right).Changes.Single(),
                Is.EqualTo(new ReportChange("check added", "shared-weight", "", "agrees", false)));
            Assert.That(
                ReportDiff.Of(s_right, none).Changes.Single(),
                Is.EqualTo(new ReportChange("check removed", "shared-weight", "agrees", "", false)));
            Assert.That(ReportDiff.Of(none, s_wrong with { Cases = [] }).IsWorse, Is.True);
        });
    }

    [Test]
    public void Changes_read_like_this_and_hostile_names_stay_text()
    {
        var diff = new ReportDiff(true, "worse: 1 newly failing.", [new("newly failing", "a\u001b[2J | b", "", "disagrees; <b>", true), new("mended", "c", "disagrees", "", false)]);

        Assert.Multiple(() =>
        {
            Assert.That(DiffText.Of(diff), Is.EqualTo("✗ newly failing: a\uFFFD[2J | b\n    after:  disagrees; <b>\n✓ mended: c\n    before: disagrees\n\n✗ worse: 1 newly failing.\n"));
            Assert.That(DiffText.Markdown(diff), Is.EqualTo("## ✗ worse: 1 newly failing.\n\n|  | change | where | before | after |\n| --- | --- | --- | --- | --- |\n| ✗ | newly failing | `a\uFFFD[2J \\| b` |  | disagrees; &lt;b&gt; |\n| ✓ | mended | `c` | disagrees |  |\n"));
            Assert.That(DiffText.Json(diff), Does.StartWith("{\n  \"isWorse\": true,\n  \"sentence\": \"worse: 1 newly failing.\",\n  \"changes\": [\n    {\n      \"what\": \"newly failing\","));
        });
    }

    private static Report One(ReportedCase reported) => Report.Of("one", [], [reported]);

    // As if one derivation had been edited between two runs.
    private static Report Named(Report report) => report with
    {
        Checks = [.. report.Checks.Select(c => c with { Derivation = "one" })],
        Cases = [.. report.Cases.Select(c => c with { Derivation = "one" })],
    };
}

using GradOracle.Reports;
using GradOracle.Reports.Html;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What a page says, piece by piece, of reports that are made up.</summary>
[Category("Quick")]
public sealed class HtmlPageTests
{
    private static readonly ReportedCase s_wrong = SampleReports.Case("first", [[1, 2], [3, 4]], [[1, 2], [3, 9]]);

    private static readonly ReportedCase s_right = s_wrong with
    {
        Name = "right",
        Verdict = Verdict.Agrees,
        Gradients = [s_wrong.Gradients[0] with { Verdict = Verdict.Agrees, Worst = [], Map = null }],
    };

    private static string Page(params ReportedCase[] cases) => HtmlReport.Of(Report.Of("made up", [], cases));

    [Test]
    public void Blocks_that_are_higher_than_wide_keep_both_sizes_and_a_term_without_values_stays_one()
    {
        var map = SampleReports.Case("tall", [[1], [2], [3], [4]], [[1], [2], [3], [5]]).Gradients[0].Map!;

        var (blocks, terms) = Blocks.Fit(map, [new("", "term", null)], 2);

        Assert.That((blocks.BlockRows, blocks.BlockColumns, blocks.Entries.Count), Is.EqualTo((2, 1, 2)));
        Assert.That(terms[0].Values, Is.Null);
    }

    [Test]
    public void Where_outputs_differ_it_is_said_that_gradients_are_not_compared_and_elsewhere_not()
    {
        const string Sentence = "mend the forward pass first.";

        Assert.That(Page(s_wrong with { Gradients = [] }), Does.Contain(Sentence));
        Assert.That(Page(s_wrong), Does.Not.Contain(Sentence));
    }

    [Test]
    public void A_diagnosis_that_does_not_fit_exactly_says_how_well_it_does_and_in_how_many_cases()
    {
        string Fit(double residual, int cases) =>
            Page(s_wrong with { Diagnosis = [new("a mistake", ["Wx"], residual, cases)] });

        Assert.That(Fit(0, 1), Does.Contain("fits exactly in 1 case<"));
        Assert.That(Fit(0.25, 2), Does.Contain("fits to 0.25 of the largest entry in 2 cases<"));
    }

    [Test]
    public void The_case_that_leads_is_open_and_the_others_are_shut()
    {
        var plain = s_wrong with { Gradients = [s_wrong.Gradients[0] with { Map = null }] };
        var page = Page(plain, s_wrong with { Name = "second" }, s_right);

        Assert.That(page, Does.Match("id=case-2 data-verdict=\"disagrees\" open>"));
        Assert.That(page, Does.Match("id=case-1 data-verdict=\"disagrees\">"));
    }

    [Test]
    public void A_case_that_is_open_has_its_maps_whatever_else_is_left_out()
    {
        string Of(bool isOpen) => CaseSection.Of(s_wrong, 1, new Detail(64, 10, Cases: 0), isOpen).ToString();

        Assert.That(Of(isOpen: true), Does.Contain("<div class=strip>"));
        Assert.That(Of(isOpen: false), Does.Contain("Its map is left out").And.Not.Contain("<div class=strip>"));
    }

    [Test]
    public void Cases_that_agree_have_a_group_of_their_own_and_the_parts_of_the_page_are_counted()
    {
        var page = Page(s_wrong, s_right);

        Assert.That(page, Does.Contain("1 case that agrees<").And.Contain("<a href=\"#cases\">Cases <span>2</span></a>"));
        Assert.That(page, Does.Not.Contain("href=\"#sweeps\"").And.Not.Contain("href=\"#updates\""));
        Assert.That(page, Does.Contain("<option value=agrees>agrees</option><option value=disagrees>"));
    }

    [Test]
    public void Where_equality_is_asked_for_no_error_is_told_in_bounds()
    {
        Assert.That(HtmlNumbers.InBounds(new(0, 0, 1, 2, 0)), Is.EqualTo("–"));
        Assert.That(HtmlNumbers.InBounds(new(0, 0, 1, 2, 0.5)), Is.EqualTo("2"));
        Assert.That(HtmlNumbers.Count(1, "case"), Is.EqualTo("1 case"));
        Assert.That(HtmlNumbers.Count(0, "case"), Is.EqualTo("0 cases"));
    }

    [Test]
    public void A_curve_is_broken_where_a_value_is_not_finite_and_what_is_larger_stands_higher()
    {
        var plot = new Plot("", "", Axis.Linear("", [0, 4]), Axis.Linear("", [0, 4]));
        var path = plot.Line("l", [0, 1, double.NaN, 3, 4]).ToString();

        Assert.That(path.Count(c => c == 'M'), Is.EqualTo(2), path);
        Assert.That(path.Count(c => c == 'L'), Is.EqualTo(2), path);
        Assert.That(HeightOf(plot, 4), Is.LessThan(HeightOf(plot, 0)), "on a page what is higher has the smaller y");
        Assert.That(plot.Apart([1, double.NaN]).ToString(), Does.Contain("∞").And.Not.Contain(">0<"));
        Assert.That(plot.Apart([0, 1]).ToString(), Does.Contain(">0<").And.Not.Contain("∞"));
    }

    [Test]
    public void Of_many_cases_of_one_group_a_hundred_are_listed_and_the_others_counted()
    {
        var page = HtmlReport.Of(SampleReports.Many(103, Report.Of("", [], [s_wrong])));

        Assert.That(page, Does.Contain("and 102 more</summary>").And.Contain("<li>… and 2 more"));
        Assert.That(HtmlReport.Of(SampleReports.Many(101, Report.Of("", [], [s_wrong]))), Does.Not.Contain("<li>…"));
    }

    [Test]
    public void A_gradient_has_the_worst_verdict_of_its_group()
    {
        var missing = s_wrong with
        {
            Name = "second",
            Gradients = [s_wrong.Gradients[0] with { Verdict = Verdict.NotComparable }],
        };

        Assert.That(Page(s_wrong, missing), Does.Contain("<span class=\"chip not-comparable\">"));
    }

    [Test]
    public void The_summary_lists_the_update_runs_that_do_not_agree_and_those_alone()
    {
        var page = HtmlReport.Of(SampleReports.Updates);
        var first = page[..page.IndexOf("<section id=updates", StringComparison.Ordinal)];

        Assert.That(first.Split("<a href=\"#updates\"><bdi>"), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_sweep_counts_what_is_above_the_bound_NaN_too_and_tells_the_worst_case_of_a_size()
    {
        var page = Sweep(
            Suite(Shape(3, 1, 0.25), Shape(4, 2, double.NaN), Shape(4, 5, 0.5)) with
            {
                Counts = new Dictionary<Verdict, int> { [Verdict.Agrees] = 6, [Verdict.Disagrees] = 2 },
            });

        Assert.That(page, Does.Contain("1 of 3 shapes are above 1."));
        Assert.That(page, Does.Contain("n=4: NaN, agrees").And.Not.Contain("n=3: 0.25, agrees"));
        Assert.That(page, Does.Contain("<td>2 disagree\n"), "what agrees is not told twice");
        Assert.That(page, Does.Contain("3: 1 case, 4: 7 cases"));
        Assert.That(page, Does.Contain("<p class=note>No exact cases for a loss: ").And.Contain(">look out.<"));
    }

    [Test]
    public void Bars_of_several_sizes_are_named_by_the_first_and_the_last() =>
        Assert.That(Sweep(Suite(Shape(1, 1, 0), Shape(40, 1, 0))), Does.Contain("1–3: 1 case, 40–42: 1 case"));

    [Test]
    public void Sizes_of_a_single_width_have_no_warnings_nor_losses_without_exact_cases_where_there_are_none() =>
        Assert.That(
            HtmlReport.Of(Report.Of("", [new("a", "b", "", Verdict.Agrees, "", [Suite(Shape(1, 1, 0))])], [])),
            Does.Not.Contain("No exact cases").And.Contain("<h2 id=sweeps-heading>The sweep</h2>"));

    [Test]
    public void The_sign_between_two_matrices_says_whether_they_differ_and_a_formula_begins_with_its_gradient()
    {
        var tensor = s_wrong.Gradients[0] with
        {
            Formula = [new("", "A", [[1, 0], [1, 1]]), new("", "B", [[0, 2], [2, 3]])],
        };
        var page = Page(s_wrong with { Gradients = [tensor] });
        var wide = Page(s_wrong with { Gradients = [tensor with { Verdict = Verdict.Inconclusive }] });

        Assert.That(page, Does.Contain("<span class=sign>≠</span>").And.Not.Contain("<span class=sign>≈</span>"));
        Assert.That(wide, Does.Contain("<span class=sign>≈</span>").And.Not.Contain("<span class=sign>≠</span>"));
        Assert.That(page, Does.Contain("<span class=term>= <bdi>A").And.Contain("<span class=term>&#x2B; <bdi>B"));
        Assert.That(page, Does.Contain("difference 5\"").And.Contain("[1,1]").And.Contain("<td class=p10 title=\"[1,1]: autograd 4"));
        Assert.That(page, Does.Not.Contain("class=n10"), "received − expected is above 0");
    }

    [Test]
    public void Losses_that_grow_through_zero_have_a_linear_axis_and_no_losses_are_told_so()
    {
        var update = SampleReports.Updates.Updates[0];
        string Of(params double[] losses) =>
            HtmlReport.Of(Report.Of("", [], [], update with { Losses = losses, ExpectedLosses = losses }));

        Assert.That(Of(-1, 0, 1), Does.Contain(">-0.5</text>"));
        Assert.That(Of(1e-3, 1, 1e3), Does.Contain(">10⁻³</text>"));
        Assert.That(Of(), Does.Contain("No step was taken."));
        Assert.That(Of(4, 2), Does.Contain("By hand from 4 to 2."));
    }

    [Test]
    public void Of_very_many_steps_the_largest_of_each_stretch_is_marked()
    {
        double[] losses = [.. Enumerable.Range(0, 160).Select(i => i % 2 == 0 ? 1.0 : 2)];
        var update = SampleReports.Updates.Updates[0] with { Losses = losses, ExpectedLosses = losses };

        Assert.That(
            HtmlReport.Of(Report.Of("", [], [], update)),
            Does.Contain("step 1, loss by hand: 2").And.Not.Contain("step 0, loss by hand"));
    }

    private static double HeightOf(Plot plot, double value)
    {
        var mark = plot.Marks("exact", [(0, value, "")]).ToString();
        var from = mark.IndexOf("cy=\"", StringComparison.Ordinal) + 4;
        return double.Parse(
            mark[from..mark.IndexOf('"', from)], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Sweep(ReportedSuite suite) => HtmlReport.Of(Report.Of(
        "",
        [
            new("net", "derivation", "", Verdict.Disagrees, "", [suite])
            {
                WithoutExactCases = ["a loss"], Warnings = ["look out"],
            },
        ],
        []));

    private static ReportedShape Shape(int n, int cases, double error) =>
        new(new Dictionary<string, int> { ["n"] = n }, 7, cases, Verdict.Agrees, error);

    private static ReportedSuite Suite(params ReportedShape[] shapes) => new()
    {
        Loss = "squared-error",
        Kind = CaseKind.Real,
        Type = "float64",
        Counts = new Dictionary<Verdict, int> { [Verdict.Agrees] = shapes.Sum(s => s.Cases) },
        WorstErrorInBounds = 1,
        Shapes = shapes,
    };
}

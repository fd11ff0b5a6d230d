using System.Globalization;
using System.Text;
using GradOracle.Reports;
using GradOracle.Reports.Html;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The HTML page as text; tests/GradOracle.BrowserTests look at it in a browser.</summary>
public sealed class HtmlReportTests
{
    private static readonly Dictionary<string, Report> s_failing = new()
    {
        ["small"] = SampleReports.MissingTerm,
        ["in time"] = SampleReports.MissingStep,
        ["large"] = SampleReports.Large,
        ["five gradients each"] = SampleReports.FiveGradients,
    };

    private static Dictionary<string, Report>.KeyCollection Failing() => s_failing.Keys;

    [TestCaseSource(nameof(Failing))]
    public void A_page_of_a_hundred_failing_cases_is_smaller_than_a_mebibyte(string sample)
    {
        var size = Encoding.UTF8.GetByteCount(HtmlReport.Of(SampleReports.Many(100, s_failing[sample])));

        TestContext.Out.WriteLine(FormattableString.Invariant($"{size} bytes"));
        Assert.That(size, Is.LessThan(1 << 20));
    }

    [Test]
    public void The_same_report_is_the_same_page_in_every_culture()
    {
        var (here, expected) = (CultureInfo.CurrentCulture, HtmlReport.Of(SampleReports.MissingStep));
        try
        {
            // Globalisation is invariant: every culture by name is the same, and its numbers are to be said.
            CultureInfo.CurrentCulture =
                new CultureInfo("de-DE") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "−" } };
            Assert.That((-0.5).ToString(CultureInfo.CurrentCulture), Is.EqualTo("−0,5"), "the culture is not in force");
            Assert.That(HtmlReport.Of(SampleReports.MissingStep), Is.EqualTo(expected));
        }
        finally
        {
            CultureInfo.CurrentCulture = here;
        }
    }

    [TestCaseSource(typeof(HostileNames), nameof(HostileNames.Cases))]
    public void A_hostile_name_is_escaped_wherever_it_stands(string name)
    {
        var page = HtmlReport.Of(SampleReports.Hostile(name));

        Assert.That(page.Split("<script", StringSplitOptions.None), Has.Length.EqualTo(2));
        Assert.That(
            page,
            Does.Not.Contain("<img").And.Not.Contain("<base").And.Not.Contain("' onmouseover").And.Not.Match(
                "[\0-\u0008\u000B-\u001F\u007F-\u009F\u200B\u2028\u202E\u2066]"));
    }

    [Test]
    public void Neighbouring_entries_are_combined_into_blocks_shown_by_the_entry_with_the_largest_error()
    {
        double[][] expected = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]];
        double[][] received = [[1, 2, 3, 40], [5, 6, double.NaN, 8], [9, 10, 11, 12]];
        var map = SampleReports.Case("blocks", expected, received).Gradients[0].Map!;

        var (blocks, terms) = Blocks.Fit(map, [new("", "term", expected)], 4);

        Assert.That((blocks.BlockRows, blocks.BlockColumns), Is.EqualTo((2, 2)));
        Assert.That(
            blocks.Entries.Select(row => row.Select(e => (e.Row, e.Column))),
            Is.EqualTo(new[] { new[] { (0, 0), (1, 2) }, [(2, 0), (2, 2)] }));
        Assert.That(
            terms[0].Values,
            Is.EqualTo(new[] { new double[] { 1, 7 }, [9, 11] }),
            "the term is shown at the same entries");
    }

    [TestCase("contribution", "Wx", "at t=1", "is missing", "is missing")]
    [TestCase("contribution", "Wx", "at t=12", "is missing", null)]
    [TestCase("contribution", "Wy", "at t=1", "is missing", null)]
    [TestCase("gradient", "Wx", "", "is doubled", "is doubled")]
    [TestCase("adjoint", "A1", "", "has the wrong sign", "")]
    [TestCase("adjoint", "A12", "", "has the wrong sign", null)]
    public void A_term_is_marked_when_the_diagnosis_names_it_or_a_value_in_it(
        string kind, string name, string use, string says, string? said)
    {
        var reported = SampleReports.Case("case", [[1]], [[2]]) with { Diagnosis = [new("a mistake", ["Wx"], 0, 1) { Places = [new(kind, name, use, says)] }] };

        Assert.That(
            NamedTerm.Said(reported, reported.Gradients[0], new("at t=1", "∂L/∂A1 X1ᵀ", null) { Adjoint = "A1" }),
            Is.EqualTo(said));
    }

    [TestCase(0, "z")]
    [TestCase(1e-300, "p1")]
    [TestCase(-0.1, "n1")]
    [TestCase(-0.11, "n2")]
    [TestCase(1, "p10")]
    [TestCase(double.NegativeInfinity, "n10 inf")]
    [TestCase(double.NaN, "nan")]
    public void Only_zero_is_neutral_and_the_sign_is_never_lost(double value, string colour) =>
        Assert.That(new ColourScale(1).ClassOf(value), Is.EqualTo(colour));

    [Test]
    public void Where_one_matrix_is_much_smaller_than_another_the_scale_is_logarithmic_and_both_are_seen()
    {
        var (far, near) = (ColourScale.Of([[[1000, -3]], [[2, 0]]]), ColourScale.Of([[[10, -3]], [[2, 0]]]));

        Assert.That((far.Decades, near.Decades), Is.EqualTo((4, 0)));
        Assert.That(
            new[] { 1000, -1000, 2, 0, -1e-9 }.Select(far.ClassOf),
            Is.EqualTo(new[] { "p10", "n10", "p4", "z", "n1" }));
        Assert.That(near.ClassOf(2), Is.EqualTo("p2"));
    }

    [TestCase("∂L/∂H1 X1ᵀ", "∂L/∂H<sub>1</sub> X<sub>1</sub><sup>T</sup>")]
    [TestCase("∂L/∂Wx", "∂L/∂W<sub>x</sub>")]
    [TestCase("∂L/∂(Wy H12) Wx1ᵀ", "∂L/∂(W<sub>y</sub> H<sub>12</sub>) W<sub>x1</sub><sup>T</sup>")]
    [TestCase("h_t = φ(Wx x_t + Wh h_(t−1))", "h<sub>t</sub> = φ(W<sub>x</sub> x<sub>t</sub> &#x2B; W<sub>h</sub> h<sub>t−1</sub>)")]
    [TestCase("Σ_b ∂L/∂A2", "Σ<sub>b</sub> ∂L/∂A<sub>2</sub>")]
    [TestCase("gamma weight1 On2More <b>", "gamma weight1 On2More &lt;b&gt;")]
    public void Indices_stand_below_and_transposition_above(string text, string markup) =>
        Assert.That(MathText.Of(text).ToString(), Is.EqualTo(markup));

    [TestCase(-366038349516, true, "-366038349516")]
    [TestCase(-366038349516, false, "-3.66e11")]
    [TestCase(0.25, true, "0.25")]
    [TestCase(9007199254740993e3, true, "9.01e18")]
    public void Integers_of_exact_cases_are_written_in_full(double value, bool isExact, string text) =>
        Assert.That(HtmlNumbers.Short(value, isExact), Is.EqualTo(text));

    [Test]
    public void Exact_cases_have_no_column_for_a_bound_and_real_ones_do()
    {
        var (exact, real) = (HtmlReport.Of(SampleReports.MissingTerm), HtmlReport.Of(SampleReports.MissingStep));

        Assert.That(
            exact, Does.Not.Contain("error/bound").And.Not.Contain("bound 0").And.Contain("difference 364933420740"));
        Assert.That(real, Does.Contain("error/bound").And.Contain(", bound "));
    }

    [Test]
    public void The_first_screen_leads_with_a_case_of_small_integers_and_says_where_the_code_is_and_how_to_replay_it()
    {
        var page = HtmlReport.Of(SampleReports.MissingTerm);
        var first = page[page.IndexOf("<section class=\"first", StringComparison.Ordinal)..page.IndexOf("<section id=cases", StringComparison.Ordinal)];

        Assert.That(first, Does.Contain("in small: <bdi>shared-weight/squared-error n=1 h=1 m=1 B=1 exact float64 seed=2021 k=1</bdi>").And.Contain("<dt>replay</dt>"));
        Assert.That(
            first,
            Does.Contain(
                "GradOracle.Gallery.SharedWeightMistake").And.Contain("class=legend").And.Contain("<dt>output</dt>"));
        Assert.That(first, Does.Not.Match("-?[0-9]{6,}"), "no number of many digits");
    }

    [Test]
    public void Cases_of_one_diagnosis_are_one_group_whose_cases_are_a_list()
    {
        var page = HtmlReport.Of(SampleReports.Many(7, SampleReports.MissingTerm));

        Assert.That(page.Split("<tr class=group>"), Has.Length.EqualTo(2));
        Assert.That(page, Does.Contain("7 cases of missing-x1-contribution: the contribution of Wx on X1 is missing").And.Contain("and 6 more"));
    }

    [TestCase(1, 7, "1 2 3 4 5 6 7")]
    [TestCase(0, 230, "0 50 100 150 200 250")]
    [TestCase(5, 5, "5 5.2 5.4 5.6 5.8 6")]
    [TestCase(-1e308, 1e308, "-1e308 -5e307 0 5e307 1e308")]
    public void A_linear_axis_has_round_numbers_around_all_values(double low, double high, string ticks) =>
        Assert.That(
            string.Join(
                ' ', Axis.Linear("", [low, high, double.NaN, double.PositiveInfinity]).Ticks.Select(t => t.Text)),
            Is.EqualTo(ticks));

    [Test]
    public void What_a_logarithm_has_no_place_for_stands_apart()
    {
        var axis = Axis.Logarithmic("", [0, 1e-3, 7, double.PositiveInfinity, double.NaN]);

        Assert.That(string.Join(' ', axis.Ticks.Select(t => t.Text)), Is.EqualTo("10⁻³ 10⁻² 10⁻¹ 1 10"));
        Assert.That((axis.At(1e-3), axis.At(10)), Is.EqualTo((0.0, 1.0)));
        Assert.That(
            (axis.At(0) < 0, axis.At(double.PositiveInfinity) > 1, axis.At(double.NaN) > 1),
            Is.EqualTo((true, true, true)));
    }

    [TestCase(-366038349516, "-3.66e11")]
    [TestCase(0.00012345, "1.23e-4")]
    [TestCase(99999, "99999")]
    [TestCase(double.NegativeInfinity, "-∞")]
    public void A_number_in_a_cell_is_short(double value, string text) =>
        Assert.That(HtmlNumbers.Compact(value), Is.EqualTo(text));

    [Test]
    public void Decimal_points_of_a_column_stand_under_each_other() =>
        Assert.That(
            HtmlNumbers.Column([1, -2.5, 3.25]), Is.EqualTo(new[] { "1\u2007\u2007\u2007", "-2.5\u2007", "3.25" }));

    [TestCase(Verdict.Agrees)]
    [TestCase(Verdict.NotComparable)]
    public void A_report_of_nothing_is_a_page_all_the_same(Verdict verdict) =>
        Assert.That(
            HtmlReport.Of(new() { Title = "", Verdict = verdict, Sentence = "" }),
            Does.Contain($"{verdict.Mark()} {verdict.Word()}").And.EndWith("</html>\n"));
}

using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Reports;
using GradOracle.Reports.Html;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>What the first screen of a page says of failures of several kinds.</summary>
[Category("Quick")]
public sealed class HtmlSummaryTests
{
    private static readonly ReportedCase s_wrong = SampleReports.Case("first", [[1, 2], [3, 4]], [[1, 2], [3, 9]]);

    [Test]
    public void Where_outputs_differ_the_heading_says_so() => Assert.That(
        First(s_wrong with
        {
            Verdict = Verdict.NotComparable,
            Forward = s_wrong.Forward with { Verdict = Verdict.Disagrees },
            Gradients = [],
        }),
        Does.Contain("<h2>Ŷ: the outputs differ, so gradients are not compared</h2>"));

    [Test]
    public void Of_two_mistakes_both_have_their_place_in_a_formula_and_how_well_they_fit_is_said_once()
    {
        ReportedTensor Of(string name) => s_wrong.Gradients[0] with { Name = name, Formula = [new("", $"G{name}", null)] };
        ReportedExplanation Sign(string name) => new($"{name} has the wrong sign", [name], 0, 16)
        {
            Places = [new("gradient", name, "", "has the wrong sign")],
        };

        var first = First(s_wrong with { Gradients = [Of("V"), Of("U"), Of("S")], Diagnosis = [Sign("V"), Sign("U")] });

        Assert.That(first, Does.Contain("<mark><bdi>GV</bdi><b>has the wrong sign</b></mark>"));
        Assert.That(first, Does.Contain("<mark><bdi>GU</bdi><b>has the wrong sign</b></mark>").And.Not.Contain("GS"));
        Assert.That(first.Split("fits exactly in 16 cases"), Has.Length.EqualTo(2));
    }

    [Test]
    public void Why_there_is_no_diagnosis_is_said_once() => Assert.That(
        First(s_wrong with { Unexplained = ["nobody knows"] }).Split("nobody knows"), Has.Length.EqualTo(2));

    [Test]
    public void Of_the_cases_that_were_looked_into_one_leads_whose_wrong_gradient_can_be_seen()
    {
        ReportedCase Of(string name, Verdict verdict, params ReportedTensor[] others) => s_wrong with
        {
            Name = name,
            Diagnosis = [new("a mistake", ["Wx"], 0, 1)],
            Gradients = [s_wrong.Gradients[0] with { Verdict = verdict, Map = verdict == Verdict.Disagrees ? s_wrong.Gradients[0].Map : null }, .. others],
        };
        var unsure = s_wrong.Gradients[0] with { Name = "X", Verdict = Verdict.Inconclusive };
        var (small, large) = (Of("small", Verdict.NotComparable), Of("large", Verdict.NotComparable, unsure));
        var seen = Of("seen", Verdict.Disagrees, unsure);

        Assert.That(Leading(large, small), Is.EqualTo("small"));
        Assert.That(Leading(large, small, seen), Is.EqualTo("seen"));
    }

    [Test]
    public void A_word_with_an_underscore_is_no_index()
    {
        Assert.That(MathText.Of("scatter_add(x)").ToString(), Is.EqualTo("scatter_add(x)"));
        Assert.That(MathText.Of("h_t + Σ_b G").ToString(), Does.Contain("h<sub>t</sub>").And.Contain("Σ<sub>b</sub>"));
    }

    [Test]
    public void The_reason_stands_right_behind_its_gradient() => Assert.That(
        HtmlReport.Of(
            Report.Of(
                "",
                [],
                [s_wrong with { Gradients = [s_wrong.Gradients[0] with { Reason = "no luck" }] }, s_wrong with { Name = "second" }])),
        Does.Contain("</sub></span>: no luck"));

    [Test]
    public void No_option_of_a_command_is_broken_behind_its_hyphens() => Assert.That(
        CaseSection.Command("gradoracle check --case \"a<b\"").ToString(),
        Is.EqualTo("gradoracle check <span class=option>--case</span> &quot;a&lt;b&quot;"));

    [TestCase("scaled", "Σ ∂L/∂Ŷ ∘ X")]
    [TestCase("transposed", "(∂L/∂Ŷ Xᵀ)ᵀ")]
    [TestCase("used", "(∂L/∂Ŷ Xᵀ)ᵀ")]
    [TestCase("named", "∂L/∂Sᵀ")]
    public void A_term_speaks_of_no_adjoint_that_nobody_named(string how, string term)
    {
        var network = Network.Define(how, ["n", "B"], x => how switch
        {
            "scaled" => x.Input("X", "n", "B").Times(x.Parameter("s", "1", "1")),
            "transposed" => x.Parameter("s", "n", "2").Transposed() * x.Input("X", "n", "B"),
            "used" => Used(x).Transposed() * x.Input("X", "n", "B"),
            _ => x.Parameter("s", "n", "2").Transposed().Named("S") * x.Input("X", "n", "B"),
        });
        var batch = CaseGenerator.Generate(
            new(network, Samples.SquaredError, new(("n", 3), ("B", 2)), CaseKind.Real, ElementType.Float64, 1));

        Assert.That(ChainTerm.Of(new BackwardPass(batch), "s").Single().Text, Is.EqualTo(term));
    }

    private static Node Used(Inputs x)
    {
        _ = x.Parameter("s", "n", "2");
        return x["s", "once"];
    }

    private static string Leading(params ReportedCase[] cases) =>
        CaseGroup.Of(Report.Of("", [], cases)).Single().Leading.Case.Name;

    private static string First(params ReportedCase[] cases)
    {
        var page = HtmlReport.Of(Report.Of("made up", [], cases));
        return page[..page.IndexOf("id=case-1", StringComparison.Ordinal)];
    }
}

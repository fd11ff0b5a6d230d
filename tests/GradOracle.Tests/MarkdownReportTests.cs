using System.Text.RegularExpressions;
using CsCheck;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Reports as Markdown: what names say must not become markup.</summary>
public sealed class MarkdownReportTests
{
    private const string Hostile =
        "`a` **b** | c\n## d <script>alert(1)</script> @everyone [e](http://f) </details> \u202Eg ~~h~~ $i$ \\";

    [Test]
    public void A_failure_reads_like_this()
    {
        const string name = SampleReports.MissingTermCase;
        var reported = CaseReport.Of(
            FailureAnalysis.Of(
                Samples.MissingX1Contribution, CaseGenerator.Generate(Samples.Case(name))), Cli.CommandReplay.Instance);

        Assert.That(MarkdownReport.Of(Report.Of("gradoracle check --case …", [], [reported])), Is.EqualTo(
            $"""
            ## ✗ `gradoracle check --case …`

            {name}: disagrees

            <details open><summary>✗ <code>{name}</code></summary>

            |  | size | found |
            | --- | --- | --- |
            | `Wx` | 3×2 | 6 of 6 entries differ; worst \[1,0\]: autograd -366038349516, derivation -1104928776 |
            | `Wh` | 3×3 | agrees |
            | `Wy` | 1×3 | agrees |
            | `X1` | 2×1 | agrees |
            | `X2` | 2×1 | agrees |

            **Diagnosis: the contribution of Wx on X1 is missing** (residual 0, seen in 16 cases)

            `∂L/∂Wx = ∂L/∂H1 X1ᵀ + ∂L/∂H2 X2ᵀ`

            autograd = reverse = rational = central-difference = complex-step: the derivation is the odd one out

            ```sh
            gradoracle check --derivation missing-x1-contribution --case "{name}"
            ```

            The same failure in small:

            ```sh
            gradoracle check --derivation missing-x1-contribution --case "shared-weight/squared-error n=1 h=1 m=1 B=1 exact float64 seed=2021 k=1"
            ```

            </details>


            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Hostile_names_stay_text()
    {
        var reported = Samples.Wrong.Cases[0];
        var text = MarkdownReport.Of(Report.Of(
            Hostile,
            Samples.Wrong.Checks,
            [
                reported with
                {
                    Name = Hostile,
                    Test = Hostile,
                    Replay = "```\n" + Hostile,
                    Agreement = Hostile,
                    Unexplained = [Hostile],
                    FailsLike = Hostile,
                    Gradients = [.. reported.Gradients.Select(g => g with { Name = Hostile, Reason = Hostile, Verdict = Verdict.NotComparable })],
                },
            ]) with
        { Sentence = Hostile });

        var lines = text.Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(Code(text), Does.Not.Contain("<script").And.Not.Contain("@everyone").And.Not.Match(@"(?<!\\)\[e").And.Not.Contain("**b**").And.Not.Contain("\u202E"));
            Assert.That(lines.Count(l => l.StartsWith("## ", StringComparison.Ordinal)), Is.EqualTo(1), "one heading");
            Assert.That(
                lines.Count(l => l.Contains("</details>", StringComparison.Ordinal) && !l.Contains('`')),
                Is.EqualTo(1),
                "no name ends the folding");
            Assert.That(
                lines.Where(
                    l => l.StartsWith("| `", StringComparison.Ordinal)
                        && !l.Contains("float64", StringComparison.Ordinal)).Select(Bars),
                Is.All.EqualTo(4),
                "three cells a row");
            Assert.That(
                text, Does.Contain("````sh\n").Or.Contain("````csharp\n"), "a fence longer than any in the command");
        });
    }

    // CommonMark 6.1: a code span ends at the first run of as many backticks as it began with, and one space falls from
    // either end.
    [Test]
    public void Code_holds_any_text_as_it_is() =>
        Gen.OneOf(Gen.Const('`'), Gen.Const('|'), Gen.Const('\\'), Gen.Char['a', 'c']).Array[1, 12]
        .Select(c => new string(c))
        .Sample(text =>
    {
        var code = Markdown.Code(text);
        var fence = code[..(code.Length - code.TrimStart('`').Length)];
        var end = Regex.Match(code[fence.Length..], $"(?<!`){fence}(?!`)");
        var inner = code.Substring(fence.Length, end.Index);
        return fence.Length + end.Index + end.Length == code.Length
            && (inner.StartsWith(' ') && inner.EndsWith(' ') ? inner[1..^1] : inner) == text;
    });

    [Test]
    public void A_report_of_very_many_cases_fits_a_comment_and_says_what_it_leaves_out()
    {
        var text = MarkdownReport.Of(
            Report.Of("many", Samples.Wrong.Checks, [.. Enumerable.Range(0, 40).SelectMany(_ => Samples.Wrong.Cases)]));

        Assert.That(text, Has.Length.LessThan(65536));
        Assert.That(text, Does.Contain("… and 300 more cases, which the HTML and the JSON report show."));
    }

    [Test]
    public void A_case_of_a_thousand_steps_fits_a_comment_and_shows_what_is_wrong()
    {
        var reported = Samples.Wrong.Cases[0];
        var right = reported.Gradients.First(g => g.Verdict == Verdict.Agrees);
        var text = MarkdownReport.Of(Report.Of("long", [], [reported with { Gradients = [.. Enumerable.Range(0, 1000).Select(t => right with { Name = $"X{t}" }), .. reported.Gradients] }]));

        Assert.That(text, Has.Length.LessThan(65536).And.Contain("entries differ").And.Contain("more rows.").And.Contain("</details>"));
    }

    [TestCase(30, null)]
    [TestCase(31, "… and 1 more rows.")]
    public void Rows_are_left_out_from_the_first_that_there_is_no_room_for(int rows, string? leftOut)
    {
        var check = Samples.Wrong.Checks[0];
        var suites = Enumerable.Range(0, rows).Select(i => check.Suites[0] with { Loss = $"loss-{i}" });
        var text = MarkdownReport.Of(Report.Of("rows", [check with { Suites = [.. suites] }], []));

        Assert.That(text, leftOut is null ? Does.Not.Contain("more rows") : Does.Contain(leftOut));
    }

    [Test]
    public void Whatever_a_report_holds_it_fits_a_comment()
    {
        var reported = Samples.Wrong.Cases[0];
        foreach (var text in new[] { new string('`', 100_000), new string('@', 100_000), string.Concat(Enumerable.Repeat(Hostile, 1000)) })
        {
            var report = Report.Of(
                text,
                [.. Enumerable.Range(0, 100).Select(i => Samples.Wrong.Checks[0] with { Derivation = text, Network = text })],
                [.. Enumerable.Repeat(reported with { Name = text, Replay = text, Test = text, Unexplained = [.. Enumerable.Repeat(text, 100)] }, 100)]) with
            { Sentence = text };

            Assert.That(MarkdownReport.Of(report), Has.Length.LessThan(65536).And.Contain("more cases, which"));
        }
    }

    // What stands outside of code, where markup is read.
    private static string Code(string text) =>
        Regex.Replace(text, "(?<!`)(`+)(?!`).*?(?<!`)\\1(?!`)|<code>.*?</code>", "", RegexOptions.Singleline);

    // Those that part cells: an odd number of backslashes before a bar takes it out.
    private static int Bars(string line) => Regex.Count(line, @"(?<!\\)(\\\\)*\|");
}

using System.Runtime.CompilerServices;
using CsCheck;
using GradOracle.Reports;
using NJsonSchema;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Reports as JSON, and read again.</summary>
public sealed class JsonReportTests
{
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.Char['\u0000', '\uD7FF'].Array[0, 12].Select(c => new string(c)),
        Gen.OneOf("", "∂L/∂H1 X1ᵀ", "\"\\</script>\u2028", "😀"));
    private static readonly Gen<double> s_number = Gen.OneOf(
        Gen.Double,
        Gen.OneOf(
            0,
            -0.0,
            double.NaN,
            double.PositiveInfinity,
            double.NegativeInfinity,
            double.Epsilon,
            double.MaxValue,
            0.1));
    private static readonly Gen<Verdict> s_verdict = Gen.OneOf(Enum.GetValues<Verdict>());
    private static readonly Gen<ReportedEntry> s_entry = Gen.Select(
        Gen.Int[0, 2],
        Gen.Int[0, 1],
        s_number,
        s_number,
        s_number,
        (i, j, e, a, b) => new ReportedEntry(i, j, e, a, b));

    private static readonly Gen<ReportedMap> s_map =
        s_entry.Array[2].Array[3].Select(
            rows => new ReportedMap(0, 0, 1, 1, [.. rows.Cast<IReadOnlyList<ReportedEntry>>()]));

    private static readonly Gen<ReportedTensor> s_tensor = Gen.Select(s_text, s_verdict, s_text.Null(), s_entry.Array[0, 2], s_map, s_number.Array[2].Array[3].Null(), Gen.Bool, (name, verdict, reason, worst, map, values, isMapped) => new ReportedTensor
    {
        Name = name,
        Rows = 3,
        Columns = 2,
        Verdict = verdict,
        Differing = worst.Length,
        Reason = reason,
        Worst = worst,
        Map = isMapped ? map : null,
        Zoom = isMapped ? map : null,
        Formula = [new(name, name, isMapped ? values : null)],
    });

    private static readonly Gen<ReportedCase> s_case = Gen.Select(s_text, s_text.Null(), s_verdict, s_tensor, s_tensor.Array[0, 3], s_number, s_text.Array[0, 2], s_number.Array[1, 3].Array[1, 2], (name, maybe, verdict, forward, gradients, number, texts, rows) => new ReportedCase
    {
        Name = name,
        Network = name,
        Derivation = name,
        Test = maybe,
        Expected = "autograd",
        Actual = "derivation",
        Verdict = verdict,
        Forward = forward,
        Gradients = gradients,
        Diagnosis = [.. texts.Select(t => new ReportedExplanation(t, texts, number, texts.Length))],
        Unexplained = texts,
        FailsLike = maybe,
        Agreement = maybe,
        OddOneOut = maybe,
        Detour = maybe,
        Replay = name,
        Smallest = maybe is null ? null : new(name, name, [new(name, rows)], [], [new(maybe, rows)]),
    });

    private static readonly Gen<Report> s_report = Gen.Select(s_text, s_verdict, s_case.Array[0, 3], s_number, s_number.Array[0, 3], s_text.Array[0, 2], Gen.Int[1, 1000], (title, verdict, cases, number, numbers, texts, count) => new Report
    {
        Title = title,
        Verdict = verdict,
        Sentence = title,
        Checks =
        [
            new(title, title, title, verdict, title, [new()
            {
                Loss = title,
                Kind = CaseKind.Real,
                Type = "float32",
                Counts = new Dictionary<Verdict, int> { [verdict] = count },
                WorstErrorInBounds = number,
                FalseAcceptLog2 = double.IsFinite(number) ? number : null,
                WidestBound = number,
                Estimated = count,
                NotApplicable = [new(title, title)],
                Shapes = [new(new Dictionary<string, int> { ["n"] = count, ["B"] = 1 }, count, count, verdict, number)],
            }])
            { WithoutExactCases = texts, Covered = texts, Warnings = texts },
        ],
        Cases = cases,
        Updates = [new() { Network = title, Derivation = title, Case = title, Rule = title, Verdict = verdict, Sentence = title, Losses = numbers, ExpectedLosses = numbers, StepErrorsInBounds = numbers, TrajectoryErrorsInBounds = numbers, Replay = title }],
    });

    [Test]
    public void What_is_written_is_read_back_and_written_alike()
    {
        s_report.Sample(
            report =>
            {
                var text = JsonReport.Of(report);
                var back = Read(text);
                return JsonReport.Of(back) == text
                    && (back.Title, back.Verdict, back.Cases.Count) == (
                        report.Title, report.Verdict, report.Cases.Count)
                    && back.Cases.SelectMany(c => c.Gradients).SelectMany(g => g.Worst).SequenceEqual(
                        report.Cases.SelectMany(c => c.Gradients).SelectMany(g => g.Worst))
                    && back.Checks[0].Suites[0].Shapes[0].Shape.SequenceEqual(
                        report.Checks[0].Suites[0].Shapes[0].Shape)
                    && CaseTexts(back) == CaseTexts(report);
            },
            iter: 300);

        static string CaseTexts(Report report) => string.Concat(report.Cases.Select(CaseText.Of));
    }

    [Test]
    public async Task What_is_written_is_as_the_schema_says()
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Repository.Root, "src", "GradOracle", "Reports", "report.schema.json"));

        s_report.Sample(report => schema.Validate(JsonReport.Of(report)).Count == 0, iter: 100);
        Assert.That(schema.Validate(JsonReport.Of(Samples.Wrong)), Is.Empty);
        Assert.That(
            schema.Validate(JsonReport.Of(Samples.Wrong).Replace("\"bound\"", "\"bond\"", StringComparison.Ordinal)),
            Is.Not.Empty,
            "a schema that takes anything describes nothing");
    }

    [Test]
    public void A_row_of_a_matrix_stands_on_one_line_and_so_does_an_entry()
    {
        var text = JsonReport.Of(Samples.Check(Samples.MissingX1Contribution, new CheckOptions { Cases = 20, Losses = [Samples.SquaredError], Kinds = [CaseKind.Exact], MaxSize = 5, FindingsKept = 10 }));

        Assert.That(text, Does.Match("""\n +\[-?\d+(, -?\d+)+\],?\n""").And.Match("""\n +\{"row": \d+, "column": \d+, "expected": -?\d+, "actual": -?\d+, "bound": 0\},?\n"""));
        Assert.That(text, Does.StartWith("{\n  \"schema\": \"gradoracle-report/1\",\n  \"title\": \"gradoracle check\",\n  \"verdict\": \"disagrees\",\n").And.EndWith("}\n").And.Not.Contain("\r"));
    }

    [Test]
    public void What_is_not_finite_stands_on_the_line_of_its_row()
    {
        var smallest = new ReportedSmallest(
            "",
            "",
            [new("Wx", [[1, double.NaN, -0.0], [double.NegativeInfinity, double.PositiveInfinity, 0.1]])],
            [],
            []);

        var text = JsonReport.Of(Report.Of("", [], [Samples.Wrong.Cases[0] with { Smallest = smallest }]));

        Assert.That(text, Does.Contain("[1, \"NaN\", -0],\n").And.Contain("[\"-Infinity\", \"Infinity\", 0.1]\n"));
    }

    [TestCase("", "is not valid JSON: it is empty.")]
    [TestCase("no JSON at all", "is not valid JSON at line 1, byte 2")]
    [TestCase("[]", "it is no report of gradoracle: it must be a JSON object with the key \"schema\".")]
    [TestCase("""{ "network": "shared-weight" }""", "it is no report of gradoracle")]
    [TestCase("""{ "schema": 1 }""", "\"schema\" must be a string.")]
    [TestCase("""{ "schema": "gradoracle-fixture/1" }""", "its schema is \"gradoracle-fixture/1\"; this version reads \"gradoracle-report/1\".")]
    [TestCase("""{ "schema": "gradoracle-report/2" }""", "its schema is \"gradoracle-report/2\"; this version reads \"gradoracle-report/1\".")]
    [TestCase("""{ "schema": "gradoracle-report/1" }""", "missing required properties including: 'title'")]
    public void What_is_no_report_is_refused_in_a_sentence(string text, string sentence) =>
        RequireRefused(text, sentence);

    [TestCase("\"verdict\": \"disagrees\"", "\"verdict\": \"wrong\"", "verdict is not as in gradoracle-report/1: \"wrong\" is none of agrees, inconclusive, oracles disagree, disagrees, not comparable.")]
    [TestCase("\"verdict\": \"disagrees\"", "\"verdict\": 3", "verdict is not as in gradoracle-report/1: it must be agrees, ")]
    [TestCase("\"sentence\":", "\"sentenc\":", "sentenc")]
    [TestCase("\"expected\": \"autograd\"", "\"expected\": null", "cases[0].expected is not as in")]
    [TestCase("\"rows\": ", "\"rows\": 1.5", "is not as in gradoracle-report/1")]
    [TestCase("\"blockRows\": 1", "\"blockRows\": 0", "do not fit its size ")]
    [TestCase("{\"row\": 0,", "{\"row\": 77,", "do not fit its size ")]
    [TestCase("\"suites\": [", "\"suites\": [null, ", "a list in it holds null")]
    public void A_report_with_something_wrong_in_it_is_refused_with_the_place(
        string right, string wrong, string sentence)
    {
        var text = JsonReport.Of(Samples.Wrong);
        var at = text.IndexOf(right, StringComparison.Ordinal);
        Assert.That(at, Is.Positive);

        RequireRefused(string.Concat(text.AsSpan(0, at), wrong, text.AsSpan(at + right.Length)), sentence);
    }

    [Test]
    public void A_truncated_report_is_refused_wherever_it_ends()
    {
        var text = JsonReport.Of(Samples.Wrong);

        Gen.Int[1, text.Length - 3].Sample(length => RequireRefused(text[..length], "is not valid JSON"), iter: 50);
    }

    [Test]
    public void A_file_that_is_too_large_is_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.OpenWrite(path))
            {
                file.SetLength((64L << 20) + 1);
            }

            Assert.That(
                () => JsonReport.Read(path),
                Throws.TypeOf<BadInputException>().With.Message.EqualTo(
                    $"Report {path} is larger than 67108864 bytes, the most that is read."));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void RequireRefused(string text, string sentence, [CallerMemberName] string caller = "")
    {
        var error = Assert.Throws<BadInputException>(() => Read(text), caller);
        Assert.That(error.Message, Does.Contain(sentence).And.Not.Contain("\n").And.EndWith("."));
    }

    private static Report Read(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            return JsonReport.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

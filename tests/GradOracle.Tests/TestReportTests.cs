using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.Reports;
using GradOracle.Testing;
using NUnit.Framework;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace GradOracle.Tests;

/// <summary>The report that failing tests leave behind.</summary>
public sealed class TestReportTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gradoracle-reports-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_test_run_with_a_term_dropped_leaves_a_page_that_names_the_term()
    {
        new FixtureStore(_folder).Write(new FixtureStore(Repository.Fixtures).Read(FixtureCatalog.Cases[0]));

        var result = RunOnPurpose();

        var report = JsonReport.Read(Path.Combine(_folder, "GradOracle.Tests.json"));
        var messages = Messages(result).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(result.FailCount, Is.EqualTo(6));
            Assert.That(report.Title, Is.EqualTo("GradOracle.Tests"));
            Assert.That(
                report.Checks.Select(c => c.Derivation),
                Is.EqualTo(Enumerable.Repeat("missing-x1-contribution", 5)),
                "one for each check");
            Assert.That(
                report.Cases,
                Has.Count.EqualTo(6),
                "one for each test that failed, none for the failure that was expected");
            Assert.That(
                report.Cases.Select(c => c.Test), Is.Unique.And.All.StartsWith("GradOracle.Tests.FailsOnPurpose.A"));
            Assert.That(
                report.Cases.SelectMany(c => c.Diagnosis).Select(d => d.Sentence),
                Is.All.EqualTo("the contribution of Wx on X1 is missing"));
            Assert.That(
                report.Cases.Select(c => c.Expected).Distinct(), Is.EquivalentTo(new[] { "approved", "autograd" }));
            Assert.That(
                messages.Select(m => m.Split('\n').Single(line => line.StartsWith("  report: ", StringComparison.Ordinal))),
                Is.EquivalentTo(Enumerable.Range(1, 6).Select(i => $"  report: {new Uri(Page).AbsoluteUri}#case-{i}")));
            Assert.That(Attachments(result), Has.Exactly(6).EqualTo(Page));
            Assert.That(File.ReadAllText(Page), Is.EqualTo(Rendering.Html.Of(report)));
        });
    }

    [Test]
    public void The_first_assertion_removes_the_report_of_an_earlier_run()
    {
        File.WriteAllText(Page, "old");
        File.WriteAllText(Path.ChangeExtension(Page, ".json"), "old");

        RunOnPurpose(nameof(FailsOnPurpose.A_failure_that_is_expected));
        Assert.That(
            Directory.GetFiles(_folder), Has.Length.EqualTo(2), "a failure that is expected is no run of its own");

        _ = new TestReport(_folder, "GradOracle.Tests");
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void A_run_in_which_all_agree_leaves_no_report_of_an_earlier_one()
    {
        File.WriteAllText(Page, "old");

        Assert.That(RunOnPurpose(nameof(FailsOnPurpose.Agreement_that_holds)).PassCount, Is.EqualTo(1));
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public void A_report_is_written_when_there_are_twice_as_many_cases_and_at_the_end()
    {
        var report = new TestReport(_folder, "GradOracle.Tests");
        var written = new List<int>();
        foreach (var number in Enumerable.Range(1, 9))
        {
            Assert.That(report.Add([Samples.Wrong.Cases[0]]), Is.EqualTo(number));
            written.Add(Written());
        }

        Assert.That(written, Is.EqualTo(new[] { 1, 2, 2, 4, 4, 4, 4, 8, 8 }));
        report.Finish();
        Assert.That(Written(), Is.EqualTo(9));
    }

    [Test]
    public void Failures_are_counted_among_all_that_was_checked_and_told_in_a_line_for_each_diagnosis()
    {
        var report = new TestReport(_folder, "GradOracle.Tests");
        foreach (var number in Enumerable.Range(0, 5))
        {
            report.Count(ReportedTotal.Fixture, $"case {number}");
        }

        var wrong = Samples.Wrong.Cases[0] with { Expected = ReportedCase.Approved };
        Assert.That(report.Finish(), Is.Empty, "nothing failed");
        foreach (var number in Enumerable.Range(0, 2))
        {
            report.Add([wrong with { Name = $"case {number}" }], null, ReportedTotal.Fixture, $"case {number}");
        }

        Assert.That(report.Finish(), Is.EqualTo(
            $"""
            2 of 5 fixtures do not hold:
              2 fixtures of missing-x1-contribution: the contribution of Wx on X1 is missing ({new Uri(Page).AbsoluteUri}#case-1)

            """.ReplaceLineEndings("\n")));
        Assert.That(
            JsonReport.Read(Path.ChangeExtension(Page, ".json")).Sentence, Is.EqualTo("2 of 5 fixtures do not hold"));
    }

    [Test]
    public void Of_cases_with_one_diagnosis_the_smallest_leads_and_those_without_matrices_do_not()
    {
        ReportedCase Sized(string name, int rows, bool hasMap) => Samples.Wrong.Cases[0] with
        {
            Name = name,
            Gradients = [Samples.Wrong.Cases[0].Gradients[0] with { Rows = rows, Map = hasMap ? Samples.Wrong.Cases[0].Gradients[0].Map : null }],
        };
        var report = Report.Of("", [], [Sized("large", 9, true), Sized("small", 2, true), Sized("bare", 1, false)]);

        var group = CaseGroup.Of(report).Single();

        Assert.That((group.Leading.Case.Name, group.Leading.Number, group.Cases.Count), Is.EqualTo(("small", 2, 3)));
    }

    [Test]
    public void Of_cases_that_cannot_be_compared_the_reason_is_said()
    {
        var wrong = Samples.Wrong.Cases[0];
        var reported = wrong with
        {
            Diagnosis = [],
            Unexplained = [],
            Gradients = [wrong.Gradients[0] with { Verdict = Verdict.NotComparable, Reason = "the derivation modifies Wx" }],
        };

        var group = CaseGroup.Of(Report.Of("", [], [reported])).Single();

        Assert.That(group.What, Is.EqualTo("∂L/∂Wx: the derivation modifies Wx"));
    }

    [Test]
    public void Cases_added_from_many_threads_are_all_there_once()
    {
        var report = new TestReport(_folder, "GradOracle.Tests");
        var numbers = new int[200];

        Parallel.For(
            0, numbers.Length, i => numbers[i] = report.Add([Samples.Wrong.Cases[0] with { Name = $"case {i}" }]));
        report.Finish();

        var names = JsonReport.Read(Path.ChangeExtension(Page, ".json")).Cases.Select(c => c.Name).ToList();
        Assert.That(names, Has.Count.EqualTo(numbers.Length));
        Assert.That(numbers.Where((number, i) => names[number - 1] != $"case {i}"), Is.Empty);
    }

    [Test]
    public void After_a_hundred_cases_the_rest_are_told_without_their_matrices()
    {
        var report = new TestReport(_folder, "GradOracle.Tests");

        report.Add([.. Enumerable.Repeat(Samples.Wrong.Cases[0], 101)]);

        var cases = JsonReport.Read(Path.ChangeExtension(Page, ".json")).Cases;
        Assert.That(
            (cases[99].Gradients[0].Map, cases[100].Gradients[0].Map),
            Is.EqualTo((cases[99].Gradients[0].Map, (ReportedMap?)null)));
        Assert.That(cases[99].Gradients[0].Map, Is.Not.Null);
        Assert.That(CaseText.Of(cases[100]), Is.EqualTo(CaseText.Of(cases[99])));
    }

    [Test]
    public void A_report_that_cannot_be_written_says_so_in_a_sentence_and_not_before()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var report = new TestReport(file, "GradOracle.Tests");

        Assert.That(
            () => report.Add([Samples.Wrong.Cases[0]]),
            Throws.TypeOf<BadInputException>().With.Message.Contains("cannot be"));
    }

    [Test]
    public void A_report_lies_beside_the_test_project_unless_another_folder_is_asked_for()
    {
        var project = Path.Combine(Repository.Root, "tests", "GradOracle.Tests");
        var assembly = Path.Combine(project, "bin", "Debug", "net10.0");

        Assert.Multiple(() =>
        {
            Assert.That(
                TestReports.FolderOf(null, TestProject.Above(assembly), "/work"),
                Is.EqualTo(Path.Combine(project, "TestResults", "gradoracle")));
            Assert.That(
                TestReports.FolderOf("", TestProject.Above(assembly), "/work"),
                Is.EqualTo(Path.Combine(project, "TestResults", "gradoracle")));
            Assert.That(TestReports.FolderOf(_folder, TestProject.Above(assembly), "/work"), Is.EqualTo(_folder));
            Assert.That(
                TestReports.FolderOf("a/b", TestProject.Above(assembly), "/work"),
                Is.EqualTo(Path.Combine(Repository.Root, "a", "b")),
                "from the solution");
            Assert.That(
                TestReports.FolderOf(null, TestProject.Above(_folder), "/work"),
                Is.EqualTo("/work"),
                "no project above the assembly");
        });
    }

    private string Page => Path.Combine(_folder, "GradOracle.Tests.html");

    private int Written() => JsonReport.Read(Path.ChangeExtension(Page, ".json")).Cases.Count;

    // A run of its own inside this one: NUnit's contexts, results and attachments are the real ones.
    private ITestResult RunOnPurpose(string? only = null)
    {
        FailsOnPurpose.Fixtures = _folder;
        Environment.SetEnvironmentVariable(TestReports.Variable, _folder);
        try
        {
            var name = typeof(FailsOnPurpose).FullName!;
            var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
            runner.Load(
                typeof(FailsOnPurpose).Assembly,
                new Dictionary<string, object> { ["LOAD"] = new List<string> { name }, ["NumberOfTestWorkers"] = 0 });
            return runner.Run(TestListener.NULL, TestFilter.FromXml($"<filter><and><class>{name}</class>{(only is null ? "" : $"<method>{only}</method>")}</and></filter>"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(TestReports.Variable, null);
        }
    }

    private static IEnumerable<ITestResult> Tests(ITestResult result) =>
        result.HasChildren ? result.Children.SelectMany(Tests) : [result];

    private static IEnumerable<string> Messages(ITestResult result) =>
        Tests(result).Where(t => t.FailCount > 0).Select(t => t.Message!);

    private static IEnumerable<string> Attachments(ITestResult result) =>
        Tests(result).SelectMany(t => t.TestAttachments).Select(a => a.FilePath);
}

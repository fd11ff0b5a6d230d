using System.Collections.Concurrent;
using GradOracle.Reports;

namespace GradOracle.Testing;

/// <summary>Where the assertions leave what fails: one report for each test assembly.</summary>
internal static class TestReports
{
    /// <summary>The environment variable that names another folder; a parameter of the framework may do so
    /// too.</summary>
    public const string Variable = "GRADORACLE_REPORTS";

    private static readonly ConcurrentDictionary<string, Lazy<TestReport>> s_reports = new();

    static TestReports() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Finish();

    /// <summary>Opens the report of a test's assembly, where an assertion begins: with the first an earlier run's is
    /// gone.</summary>
    /// <param name="test">The test that runs; null outside of one.</param>
    /// <param name="what">fixture or derivation.</param>
    /// <param name="name">Its name, which tells it from others.</param>
    public static void Open(RunningTest? test, string what, string name)
    {
        if (test is not null)
        {
            Of(test).Count(what, name);
        }
    }

    /// <summary>Adds cases that fail to the report of a test's assembly, and the page to what the test leaves
    /// behind.</summary>
    /// <param name="what">fixture or derivation.</param>
    /// <param name="name">The name that it was opened with.</param>
    /// <param name="cases">The cases that fail.</param>
    /// <param name="check">The check that found them; null where there was none.</param>
    /// <returns>A line that says where the report is, or why there is none; empty outside of a test.</returns>
    public static string Add<TFramework>(
        string what, string name, IReadOnlyList<ReportedCase> cases, ReportedCheck? check = null)
        where TFramework : ITestFramework
    {
        if (TFramework.Running is not { } test)
        {
            return "";
        }

        try
        {
            var report = Of(test);
            var number = report.Add([.. cases.Select(c => c with { Test = test.Name })], check, what, name);
            TFramework.Attach(report.Page, "the report of all cases that fail");
            return FormattableString.Invariant(
                $"  report: {new Uri(report.Page).AbsoluteUri}{(cases.Count == 0 ? "" : $"#case-{number}")}\n");
        }
        catch (Exception unwritable) when (unwritable is BadInputException or CannotWriteException)
        {
            return $"  no report: {unwritable.Message}\n"; // the failure itself must not be lost
        }
    }

    /// <summary>The folder of an assembly's report: the one asked for, or else <c>TestResults/gradoracle</c> beside its
    /// project, or the work directory.</summary>
    /// <param name="asked">What the variable or a parameter says; a relative one begins at the solution, or else at the
    /// project.</param>
    /// <param name="project">The project of the assembly.</param>
    /// <param name="workFolder">The framework's work directory.</param>
    public static string FolderOf(string? asked, TestProject? project, string workFolder) => asked is { Length: > 0 }
        ? Path.GetFullPath(Path.Combine(project?.Top ?? Directory.GetCurrentDirectory(), asked))
        : project is not null ? Path.Combine(project.Folder, "TestResults", "gradoracle") : workFolder;

    private static TestReport Of(RunningTest test)
    {
        var asked = Environment.GetEnvironmentVariable(Variable) ?? test.ReportFolder;
        var folder = FolderOf(asked, TestProject.Of(test.Assembly), test.WorkFolder);
        var title = test.Assembly.GetName().Name!;
        return s_reports.GetOrAdd(Path.Combine(folder, title), _ => new(() => new TestReport(folder, title))).Value;
    }

    /// <summary>Completes every report; one that cannot be written has said so with its first failure.</summary>
    /// <returns>What was found in all of them, a line for each diagnosis; empty where nothing failed.</returns>
    public static string Finish()
    {
        var summary = "";
        foreach (var report in s_reports.Values)
        {
            try
            {
                summary += report.Value.Finish();
            }
            catch (Exception unwritten) when (unwritten is BadInputException or CannotWriteException)
            {
            }
        }

        return summary;
    }
}

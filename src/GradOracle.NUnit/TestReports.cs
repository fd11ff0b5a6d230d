using System.Collections.Concurrent;
using GradOracle.Reports;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace GradOracle.NUnit;

/// <summary>Where the assertions leave what fails: one report for each test assembly.</summary>
internal static class TestReports
{
    /// <summary>The environment variable that names another folder; the test parameter <see cref="Parameter"/> does so too.</summary>
    public const string Variable = "GRADORACLE_REPORTS";

    /// <summary>The test parameter, in a runsettings file or after <c>dotnet test --</c>.</summary>
    public const string Parameter = "GradOracle.Reports";

    private static readonly ConcurrentDictionary<string, Lazy<TestReport>> s_reports = new();

    static TestReports() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Finish();

    /// <summary>Opens the report of the running test's assembly, where an assertion begins: with the first an earlier run's is gone.</summary>
    /// <param name="what">fixture or derivation.</param>
    /// <param name="name">Its name, which tells it from others.</param>
    public static void Open(string what, string name) => Current()?.Count(what, name);

    /// <summary>Adds cases that fail to the report of the running test's assembly, and the page to what the test leaves behind.</summary>
    /// <param name="what">fixture or derivation.</param>
    /// <param name="name">The name that it was opened with.</param>
    /// <param name="cases">The cases that fail.</param>
    /// <param name="check">The check that found them; null where there was none.</param>
    /// <returns>A line that says where the report is, or why there is none; empty outside of a test.</returns>
    public static string Add(string what, string name, IReadOnlyList<ReportedCase> cases, ReportedCheck? check = null)
    {
        if (Current() is not { } report)
        {
            return "";
        }

        try
        {
            var test = TestContext.CurrentContext.Test.FullName;
            var number = report.Add([.. cases.Select(c => c with { Test = test })], check, what, name);
            TestContext.AddTestAttachment(report.Page, "the report of all cases that fail");
            return FormattableString.Invariant($"  report: {new Uri(report.Page).AbsoluteUri}{(cases.Count == 0 ? "" : $"#case-{number}")}\n");
        }
        catch (Exception unwritable) when (unwritable is BadInputException or CannotWriteException)
        {
            return $"  no report: {unwritable.Message}\n"; // the failure itself must not be lost
        }
    }

    /// <summary>The folder of an assembly's report: the one asked for, or else <c>TestResults/gradoracle</c> beside its project, or the work directory.</summary>
    /// <param name="asked">What the variable or the parameter says; a relative one begins at the solution, or else at the project.</param>
    /// <param name="project">The project of the assembly.</param>
    /// <param name="workFolder">NUnit's work directory.</param>
    public static string FolderOf(string? asked, TestProject? project, string workFolder) => asked is { Length: > 0 }
        ? Path.GetFullPath(Path.Combine(project?.Top ?? Directory.GetCurrentDirectory(), asked))
        : project is not null ? Path.Combine(project.Folder, "TestResults", "gradoracle") : workFolder;

    private static TestReport? Current()
    {
        // Assert.Throws and the like try code in a context of its own, whose clock never starts: what fails there is expected to.
        if (TestExecutionContext.CurrentContext.StartTicks == 0 || TestExecutionContext.CurrentContext.CurrentTest.TypeInfo?.Assembly is not { } assembly)
        {
            return null;
        }

        var asked = Environment.GetEnvironmentVariable(Variable) ?? TestContext.Parameters.Get(Parameter);
        var folder = FolderOf(asked, TestProject.Of(assembly), TestContext.CurrentContext.WorkDirectory);
        var title = assembly.GetName().Name!;
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

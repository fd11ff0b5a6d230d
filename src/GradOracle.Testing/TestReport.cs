using GradOracle.Files;
using GradOracle.Reports;

namespace GradOracle.Testing;

/// <summary>The report of the cases that fail in one run of a test assembly, on disk while the run goes on.</summary>
/// <remarks>
/// It is written when the first case is added, again whenever there are twice as many, and once more at the end of the
/// process: as often as a page is wanted and seldom enough for hundreds of failures. Thread-safe.
/// </remarks>
internal sealed class TestReport
{
    // Three hundred failures are mostly one mistake: later ones are told without their matrices, so that a browser
    // opens the page.
    private const int CasesInFull = 100;
    private const int MostChecks = 20;

    private readonly Lock _lock = new();
    private readonly string _title;
    private readonly string _json;
    private readonly string _markdown;
    private readonly List<ReportedCheck> _checks = [];
    private readonly List<ReportedCase> _cases = [];
    private readonly Dictionary<string, (HashSet<string> Checked, HashSet<string> Failing)> _counted = new()
    {
        [ReportedTotal.Fixture] = ([], []),
        [ReportedTotal.Derivation] = ([], []),
    };

    private int _written;
    private bool _isComplete;

    /// <summary>An empty report; what an earlier run left under its name is deleted, because it is no longer
    /// true.</summary>
    /// <param name="folder">The folder of the report.</param>
    /// <param name="title">The name of the test assembly, and of the files in the folder.</param>
    public TestReport(string folder, string title)
    {
        string At(string ending) => Path.Combine(folder, $"{title}.{ending}");
        (_title, Page, _json, _markdown) = (title, At("html"), At("json"), At("md"));
        try
        {
            File.Delete(Page);
            File.Delete(_json);
            File.Delete(_markdown);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing was there, or nothing can be written there either: said when there is something to write.
        }
    }

    /// <summary>The path of the page.</summary>
    public string Page { get; }

    /// <summary>Counts what is checked, so that failures are told among all of it.</summary>
    /// <param name="what">fixture or derivation.</param>
    /// <param name="name">Its name; what is checked twice counts once.</param>
    public void Count(string what, string name)
    {
        lock (_lock)
        {
            _isComplete &= !_counted[what].Checked.Add(name);
        }
    }

    /// <summary>Adds cases that fail, and the check that found them where there was one.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="check">The check; null where there was none.</param>
    /// <param name="what">fixture or derivation.</param>
    /// <param name="name">The name of what fails.</param>
    /// <returns>The number of the first of them in the report, counted from 1.</returns>
    /// <exception cref="BadInputException">The report cannot be written.</exception>
    public int Add(
        IReadOnlyList<ReportedCase> cases, ReportedCheck? check =
            null, string what = ReportedTotal.Derivation, string name = "")
    {
        lock (_lock)
        {
            _counted[what].Failing.Add(name);
            _isComplete = false;
            var first = _cases.Count + 1;
            _cases.AddRange(cases.Select((c, i) => first + i <= CasesInFull ? c : CaseReport.WithoutMatrices(c)));
            _checks.AddRange(check is null || _checks.Count == MostChecks ? [] : [check]);
            if (_cases.Count >= 2 * _written)
            {
                Write();
            }

            return first;
        }
    }

    /// <summary>Writes all that was added and counted.</summary>
    /// <returns>What was found, a line for each diagnosis; empty where nothing failed.</returns>
    /// <exception cref="BadInputException">The report cannot be written.</exception>
    public string Finish()
    {
        lock (_lock)
        {
            if (_cases.Count == 0 || !File.Exists(Page))
            {
                return ""; // nothing failed, or somebody took the page away: it is nobody's any more
            }

            // The end of the tests and that of the process both come here; the second is in a hurry.
            if (!_isComplete)
            {
                Write();
                _isComplete = true;
            }

            return RunSummary.Of(Whole(), Page);
        }
    }

    private Report Whole() => Report.Of(_title, [.. _checks], [.. _cases]).With(
        [.. _counted.Select(c => new ReportedTotal(c.Key, c.Value.Checked.Count, c.Value.Failing.Intersect(c.Value.Checked).Count()))]);

    private void Write()
    {
        var report = Whole();
        AtomicFile.CreateFolderOf(Page);
        AtomicFile.Write(Page, Rendering.Html.Of(report));
        AtomicFile.Write(_json, Rendering.Json.Of(report));
        AtomicFile.Write(_markdown, Rendering.Markdown.Of(report));
        _written = _cases.Count;
    }
}

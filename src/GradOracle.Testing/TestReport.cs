using GradOracle.Files;
using GradOracle.Reports;

namespace GradOracle.Testing;

/// <summary>The report of the cases that fail in one run of a test assembly, on disk while the run goes on.</summary>
/// <remarks>
/// It is written when the first case is added, again whenever there are twice as many, and once more at the end of
/// the process: as often
/// as a page is wanted and seldom enough for hundreds of failures. Thread-safe.
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
    private readonly List<ReportedCheck> _checks = [];
    private readonly List<ReportedCase> _cases = [];
    private int _written;

    /// <summary>An empty report; what an earlier run left under its name is deleted, because it is no longer
    /// true.</summary>
    /// <param name="folder">The folder of the report.</param>
    /// <param name="title">The name of the test assembly, and of the files in the folder.</param>
    public TestReport(string folder, string title)
    {
        (_title, Page, _json) = (title, Path.Combine(folder, $"{title}.html"), Path.Combine(folder, $"{title}.json"));
        try
        {
            File.Delete(Page);
            File.Delete(_json);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing was there, or nothing can be written there either: said when there is something to write.
        }
    }

    /// <summary>The path of the page.</summary>
    public string Page { get; }

    /// <summary>Adds cases that fail, and the check that found them where there was one.</summary>
    /// <returns>The number of the first of them in the report, counted from 1.</returns>
    /// <exception cref="BadInputException">The report cannot be written.</exception>
    public int Add(IReadOnlyList<ReportedCase> cases, ReportedCheck? check = null)
    {
        lock (_lock)
        {
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

    /// <summary>Writes what was added since it was last written.</summary>
    /// <exception cref="BadInputException">The report cannot be written.</exception>
    public void Finish()
    {
        lock (_lock)
        {
            if (_written < _cases.Count)
            {
                Write();
            }
        }
    }

    private void Write()
    {
        var report = Report.Of(_title, [.. _checks], [.. _cases]);
        AtomicFile.CreateFolderOf(Page);
        AtomicFile.Write(Page, Rendering.Html.Of(report));
        AtomicFile.Write(_json, Rendering.Json.Of(report));
        _written = _cases.Count;
    }
}

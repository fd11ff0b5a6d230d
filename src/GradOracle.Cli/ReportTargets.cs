using GradOracle.Diagnoses;
using GradOracle.Files;
using GradOracle.Reports;

namespace GradOracle.Cli;

/// <summary>The files that a run writes its report to: found fit before the work starts, written after it.</summary>
internal sealed class ReportTargets
{
    /// <summary>Where GitHub Actions says that the summary of a job is collected.</summary>
    public const string SummaryVariable = "GITHUB_STEP_SUMMARY";

    private readonly IReadOnlyList<(string Path, Rendering Rendering)> _files;
    private readonly string? _summary = Environment.GetEnvironmentVariable(SummaryVariable) is { Length: > 0 } path
        ? path
        : null;

    /// <summary>Targets by their endings, and one that is JSON whatever its ending.</summary>
    /// <exception cref="BadInputException">One cannot be written, is named twice, has an unknown ending, or is the file
    /// the case is read from.</exception>
    public ReportTargets(IEnumerable<string> reports, string? json, string? caseFile)
    {
        _files = [.. reports.Select(path => (path, Rendering.ForFile(path))), .. json is null ? [] : ((string, Rendering)[])[(json, Rendering.Json)]];
        var pairs = _files.SelectMany((f, i) => _files.Skip(i + 1).Select(other => (f.Path, Other: other.Path)));
        if (pairs.FirstOrDefault(p => FileTarget.AreOne(p.Path, p.Other)).Path is { } twice)
        {
            throw new BadInputException(
                $"File {twice} is to be written twice: give another path for one of the reports.");
        }

        foreach (var (path, _) in _files)
        {
            AtomicFile.RequireWritable(path);
            SharedOptions.RequireOtherFile(path == json ? "--json" : "--report", caseFile, path);
        }

        if (_summary is not null)
        {
            AtomicFile.RequireWritable(_summary);
        }
    }

    /// <summary>How much of the findings the report is to tell.</summary>
    public AnalysisDepth Depth =>
        _files.Count > 0 || _summary is not null ? AnalysisDepth.Page : AnalysisDepth.Terminal;

    /// <summary>Writes every file; the summary of a job is added to.</summary>
    public void Write(Report report)
    {
        foreach (var (path, text) in _files.Select(f => (f.Path, f.Rendering.Of(report))).ToList())
        {
            AtomicFile.Write(path, text);
        }

        if (_summary is not null)
        {
            AtomicFile.Append(_summary, MarkdownReport.Of(report));
        }
    }
}

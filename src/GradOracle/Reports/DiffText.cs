using System.Text.Json;
using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>The changes between two runs as text, Markdown and JSON.</summary>
internal static class DiffText
{
    private static readonly JsonSerializerOptions s_format =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>A line for each change, what was and what is now below it.</summary>
    public static string Of(ReportDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        return string.Concat(
            [
                .. diff.Changes.SelectMany(c => (string[])
                [
                    $"{Mark(c)} {c.What}: {PlainText.Line(c.Name)}\n",
                    .. c.Before.Length == 0 ? [] : (string[])[$"    before: {PlainText.Line(c.Before)}\n"],
                    .. c.After.Length == 0 ? [] : (string[])[$"    after:  {PlainText.Line(c.After)}\n"],
                ]),
                .. diff.Changes.Count == 0 ? [] : (string[])["\n"],
                $"{(diff.IsWorse ? "✗" : "✓")} {diff.Sentence}\n",
            ]);
    }

    /// <summary>A table with a row for each change.</summary>
    public static string Markdown(ReportDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        var table = Reports.Markdown.Table(["", "change", "where", "before", "after"], 0, diff.Changes.Select(c => (IReadOnlyList<string>)
            [Mark(c), c.What, Reports.Markdown.Code(c.Name), Reports.Markdown.Text(c.Before), Reports.Markdown.Text(c.After)]));
        return $"## {(diff.IsWorse ? "✗" : "✓")} {diff.Sentence}\n{(diff.Changes.Count == 0 ? "" : $"\n{table}")}";
    }

    /// <summary>The changes as they are.</summary>
    public static string Json(ReportDiff diff) => JsonLayout.Of(JsonSerializer.SerializeToNode(diff, s_format)!);

    private static string Mark(ReportChange change) => change.IsWorse ? "✗" : change.What is "mended" ? "✓" : "·";
}

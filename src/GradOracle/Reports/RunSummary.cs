using System.Text;
using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>What a run of tests found, in a few lines at its end: a line for each diagnosis, however many tests show
/// it.</summary>
internal static class RunSummary
{
    private const int GroupsShown = 12;

    /// <summary>The text; empty where nothing failed.</summary>
    /// <param name="report">The report of the run.</param>
    /// <param name="page">Where its page is.</param>
    public static string Of(Report report, string page)
    {
        ArgumentNullException.ThrowIfNull(report);
        var groups = CaseGroup.Of(report);
        if (groups.Count == 0)
        {
            return "";
        }

        var link = new Uri(page).AbsoluteUri;
        var text = new StringBuilder($"{report.Sentence}:\n");
        foreach (var group in groups.Take(GroupsShown))
        {
            text.Append(
                FormattableString.Invariant($"  {group.Count}: {group.What} ({link}#case-{group.Leading.Number})\n"));
        }

        text.Append(
            groups.Count <= GroupsShown
                ? ""
                : FormattableString.Invariant($"  … and {groups.Count - GroupsShown} more: {link}\n"));
        return PlainText.Lines(text.ToString());
    }
}

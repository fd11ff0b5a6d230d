namespace GradOracle.Reports.Html;

/// <summary>A report as one HTML page.</summary>
public static class HtmlReport
{
    /// <summary>The page.</summary>
    public static string Of(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return $"<!DOCTYPE html>\n<title>{System.Net.WebUtility.HtmlEncode(report.Title)}</title>\n<p>{System.Net.WebUtility.HtmlEncode(report.Sentence)}</p>\n";
    }
}

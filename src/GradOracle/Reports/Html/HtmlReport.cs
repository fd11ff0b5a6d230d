using System.Security.Cryptography;
using System.Text;

namespace GradOracle.Reports.Html;

/// <summary>A report as one HTML page: nothing to fetch, opens from disk, works without JavaScript, prints.</summary>
internal static class HtmlReport
{
    private static readonly string s_style = Embedded("page.css");
    private static readonly string s_script = Embedded("page.js");
    private static readonly string s_scriptHash = Convert.ToBase64String(
        SHA256.HashData(Encoding.UTF8.GetBytes(s_script)));

    /// <summary>The page. The same report gives the same bytes.</summary>
    public static string Of(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var groups = CaseGroup.Of(report);
        Markup page = $"""
            <!DOCTYPE html>
            <html lang=en>
            <head>
            <meta charset=utf-8>
            <meta name=viewport content="width=device-width, initial-scale=1">
            <meta name=color-scheme content="light dark">
            <meta name=gradoracle-json-sha256 content="{Identity(report)}">
            <meta http-equiv=Content-Security-Policy content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{Markup.Raw(s_scriptHash)}'">
            <title>{report.Verdict.Mark()} {report.Verdict.Word()}: {report.Title}</title>
            <style>{Markup.Raw(s_style)}</style>
            </head>
            <body>
            <a class=skip href="#main">Skip to the report</a>
            <header>
            <p class=title><b>GradOracle</b> <bdi>{CaseSection.Command(report.Title)}</bdi></p>
            {Links(report)}</header>
            <main id=main>
            {SummarySection.Of(report, groups)}{Cases(report, groups)}{SweepSection.Of(report.Checks)}{UpdateSection.Of(report.Updates)}</main>
            <script>{Markup.Raw(s_script)}</script>
            </body>
            </html>

            """;
        return page.ToString();
    }

    // The page and the JSON file of one run belong together where this is the sum of the file.
    private static string Identity(Report report) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonReport.Of(report))));

    private static Markup Links(Report report) => $"""
        <nav aria-label="parts of the report">{Link("cases", "Cases", report.Cases.Count)}{Link("sweeps", "Sweeps", report.Checks.Count)}{Link("updates", "Updates", report.Updates.Count)}</nav>

        """;

    private static Markup Link(string id, string name, int count) =>
        count == 0 ? Markup.Nothing : (Markup)$"""<a href="#{id}">{name} <span>{count}</span></a> """;

    private static Markup Cases(Report report, IReadOnlyList<CaseGroup> groups)
    {
        var open = groups.Count > 0 ? groups[0].Leading.Number : 1;
        var detail = Detail.For(report);
        return report.Cases.Count == 0 ? Markup.Nothing : (Markup)$"""
            <section id=cases aria-labelledby=cases-heading>
            <h2 id=cases-heading>{(report.Cases.Count == 1 ? "The case" : "The cases")}</h2>
            {Contents.Of(report.Cases, groups)}<div id=all>
            {report.Cases.Select((c, i) => CaseSection.Of(c, i + 1, detail, isOpen: i + 1 == open))}</div>
            </section>

            """;
    }

    private static string Embedded(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(typeof(HtmlReport), name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

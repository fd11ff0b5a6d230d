using GradOracle.Messages;
using GradOracle.Reports.Html;

namespace GradOracle.Reports;

/// <summary>A form that a report takes in a file.</summary>
/// <param name="Name">Its name in commands; with a dot before it, the ending of its files.</param>
/// <param name="Of">The text of a report.</param>
internal sealed record Rendering(string Name, Func<Report, string> Of)
{
    /// <summary>A page for a browser.</summary>
    public static Rendering Html { get; } = new("html", HtmlReport.Of);

    /// <summary>Text for a pull request.</summary>
    public static Rendering Markdown { get; } = new("md", MarkdownReport.Of);

    /// <summary>The report itself, to be read again.</summary>
    public static Rendering Json { get; } = new("json", JsonReport.Of);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Rendering> All { get; } = [Html, Markdown, Json];

    /// <summary>The form of a file, by its ending.</summary>
    /// <exception cref="BadInputException">The ending is none of them.</exception>
    public static Rendering ForFile(string path) =>
        All.FirstOrDefault(
            r => string.Equals(Path.GetExtension(path), $".{r.Name}", StringComparison.OrdinalIgnoreCase))
        ?? throw new BadInputException($"Report \"{PlainText.Line(path)}\" has no ending that says what it is to be: end it in {string.Join(", ", All.SkipLast(1).Select(r => $".{r.Name}"))} or .{All[^1].Name}.");
}

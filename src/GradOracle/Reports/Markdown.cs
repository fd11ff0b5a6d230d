using System.Net;
using System.Text.RegularExpressions;
using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>Text made safe for GitHub's Markdown, wherever in a document it stands.</summary>
internal static partial class Markdown
{
    /// <summary>Prose that stays prose: no markup, no HTML, nobody notified.</summary>
    public static string Text(string text) =>
        Special().Replace(PlainText.Line(text), m => m.Value switch { "&" => "&amp;", "<" => "&lt;", ">" => "&gt;", "@" => "@<!-- -->", _ => $"\\{m.Value}" });

    /// <summary>A code span: as it stands, character for character.</summary>
    public static string Code(string text)
    {
        var line = PlainText.Line(text);
        var fence = Fence(line, 1);
        var space = line.StartsWith('`') || line.EndsWith('`') || line.Trim().Length == 0 ? " " : "";
        return $"{fence}{space}{line}{space}{fence}";
    }

    /// <summary>A code span inside HTML, where Markdown is not read.</summary>
    public static string Html(string text) => $"<code>{WebUtility.HtmlEncode(PlainText.Line(text))}</code>";

    /// <summary>A block of one line of code.</summary>
    public static string Block(string language, string text)
    {
        var line = PlainText.Line(text);
        var fence = Fence(line, 3);
        return $"{fence}{language}\n{line}\n{fence}\n";
    }

    /// <summary>A table; cells are Markdown already.</summary>
    /// <param name="header">The names of the columns.</param>
    /// <param name="numbers">How many columns, counted from the last, hold numbers.</param>
    /// <param name="rows">The rows.</param>
    public static string Table(IReadOnlyList<string> header, int numbers, IEnumerable<IReadOnlyList<string>> rows) =>
        string.Concat([Row(header), Row([.. header.Select((_, i) => i < header.Count - numbers ? "---" : "---:")]), .. rows.Select(r => Row([.. r.Select(Cell)]))]);

    // A bar parts cells, in code too, unless an odd number of backslashes stands before it.
    private static string Cell(string text) =>
        Bar().Replace(text, m => m.Length % 2 == 0 ? m.Value : $"{m.Value[..^1]}\\|");

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    // Longer than any run of backticks in the text.
    private static string Fence(string line, int shortest) =>
        new('`', Math.Max(shortest, Backticks().Matches(line).Select(m => m.Length + 1).DefaultIfEmpty().Max()));

    [GeneratedRegex(@"[\\`*_{}\[\]<>#|!~$&@]")]
    private static partial Regex Special();

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    [GeneratedRegex(@"\\*\|")]
    private static partial Regex Bar();
}

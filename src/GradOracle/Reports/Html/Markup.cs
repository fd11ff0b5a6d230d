using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace GradOracle.Reports.Html;

/// <summary>A piece of HTML or SVG, written as an interpolated string whose holes are escaped unless they are pieces of
/// markup themselves.</summary>
/// <remarks>
/// That is all a page of ours needs of a template language: it is checked by the compiler, reads like the page, and
/// nothing can be forgotten to be escaped. Razor asks for a web SDK; XElement writes XML, in which an empty element is
/// not what HTML takes it for.
/// </remarks>
[InterpolatedStringHandler]
internal sealed class Markup
{
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text;

    public Markup(int literalLength, int formattedCount) => _text = new(literalLength + 16 * formattedCount);

    public static Markup Nothing { get; } = new(0, 0);

    /// <summary>Pieces one after the other.</summary>
    public static Markup Of(IEnumerable<Markup> pieces)
    {
        Markup all = $"{pieces}";
        return all;
    }

    /// <summary>What is markup already: a stylesheet, a script.</summary>
    public static Markup Raw(string text)
    {
        var raw = new Markup(text.Length, 0);
        raw.AppendLiteral(text);
        return raw;
    }

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(string? text) => _text.Append(s_encoder.Encode(Visible(text ?? "")));

    public void AppendFormatted(int number) => _text.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>A coordinate of a picture: a hundredth is as fine as is seen.</summary>
    public void AppendFormatted(double number) =>
        _text.Append(CultureInfo.InvariantCulture, $"{Math.Round(number, 2)}");

    public void AppendFormatted(Markup piece) => _text.Append(piece._text);

    public void AppendFormatted(IEnumerable<Markup> pieces)
    {
        foreach (var piece in pieces)
        {
            AppendFormatted(piece);
        }
    }

    public override string ToString() => _text.ToString();

    /// <summary>Characters that cannot be seen, among them those that turn the direction of what follows, are named:
    /// <c>⟨U+202E⟩</c>.</summary>
    private static string Visible(string text) => text.EnumerateRunes().All(IsVisible)
        ? text
        : string.Concat(
            text.EnumerateRunes().Select(
                r => IsVisible(r) ? r.ToString() : string.Create(CultureInfo.InvariantCulture, $"⟨U+{r.Value:X4}⟩")));

    private static bool IsVisible(Rune rune) => rune.Value is '\n' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

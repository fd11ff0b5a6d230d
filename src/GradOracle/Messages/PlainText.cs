using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GradOracle.Messages;

/// <summary>Text that others wrote, made harmless for output: it cannot be taken for anything but text.</summary>
internal static partial class PlainText
{
    /// <summary>How many characters of somebody else's text a message quotes.</summary>
    public const int MostQuoted = 200;

    /// <summary>
    /// The text on one line, without characters that a terminal obeys, that turn the direction of writing or that
    /// nobody sees: a name from a file must not clear the screen or pretend to be another. Each such character becomes
    /// U+FFFD.
    /// </summary>
    public static string Line(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Visible(text.ReplaceLineEndings(" ").Replace('\t', ' '));
    }

    /// <summary>Lines of text, each as <see cref="Line"/> has it, and none that a build server obeys, such as
    /// <c>::error::</c>.</summary>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(l => WithoutCommand(Line(l))));
    }

    /// <summary>The text on one line, its middle left out where it is longer than it may be.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters may be quoted.</param>
    public static string Quote(string text, int most = MostQuoted)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Line(text.Length <= most ? text : $"{text[..(most / 2)]}…{text[^(most - most / 2 - 1)..]}");
    }

    /// <summary>Whether a character changes what is around it, or stands there and is not seen.</summary>
    public static bool IsHidden(Rune character) =>
        Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || character.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);

    /// <summary>A line, its first words spoiled where a build server would take them for a command.</summary>
    internal static string WithoutCommand(string line) => Command().Replace(line, "\uFFFD");

    /// <summary>The text with every hidden character replaced; half of a surrogate pair is replaced too.</summary>
    internal static string Visible(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text.EnumerateRunes())
        {
            plain.Append(IsHidden(character) ? "\uFFFD" : character.ToString());
        }

        return plain.ToString();
    }

    // GitHub: ::command:: at the start of a line, ##[command] anywhere. Azure: ##vso[…]. TeamCity: ##teamcity[…].
    [GeneratedRegex(@"(?<=^\s*):(?=:)|#(?=#(?:vso|teamcity)?\[)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Command();
}

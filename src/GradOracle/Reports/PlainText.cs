namespace GradOracle.Reports;

/// <summary>Text that others wrote, made harmless for one line of output.</summary>
internal static class PlainText
{
    /// <summary>
    /// The text on one line, without characters that a terminal obeys or that turn the direction of writing: a name from a file must
    /// not clear the screen or pretend to be another.
    /// </summary>
    public static string Line(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.ReplaceLineEndings(" ").Select(c => c == '\t' ? ' ' : char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') ? '\uFFFD' : c));
    }
}

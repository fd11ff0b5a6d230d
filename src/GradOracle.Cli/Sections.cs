using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>Sections of names, each with a line that says what it is.</summary>
internal static class Sections
{
    private const int NameWidth = 26;
    private const int LineWidth = 120;

    /// <summary>Writes one.</summary>
    public static void Write(TextWriter output, string title, IEnumerable<(string Name, string Summary)> entries)
    {
        output.WriteLine(title);
        foreach (var (name, summary) in entries)
        {
            // A long name has a line of its own: what it is stands in the column of the others.
            output.WriteLine(
                PlainText.Line(name.Length < NameWidth ? $"  {name.PadRight(NameWidth)} {summary}" : $"  {name}"));
            if (name.Length >= NameWidth)
            {
                output.WriteLine(PlainText.Line($"  {"".PadRight(NameWidth)} {summary}"));
            }
        }
    }

    /// <summary>A name, and words after it over as many lines as they take.</summary>
    public static void WriteWrapped(TextWriter output, string name, string words)
    {
        var (line, indent) = ($"  {name.PadRight(NameWidth)}", new string(' ', NameWidth + 2));
        foreach (var word in words.Split(' '))
        {
            if (line.Length + 1 + word.Length > LineWidth)
            {
                output.WriteLine(PlainText.Line(line));
                line = indent;
            }

            line += $" {word}";
        }

        output.WriteLine(PlainText.Line(line));
    }

    /// <summary>Text over as many lines as it takes, indented.</summary>
    public static void WriteParagraph(TextWriter output, string text)
    {
        var line = " ";
        foreach (var word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > LineWidth && line.Trim().Length > 0)
            {
                output.WriteLine(PlainText.Line(line));
                line = "   ";
            }

            line += $" {word}";
        }

        output.WriteLine(PlainText.Line(line));
    }
}

using System.Text.RegularExpressions;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>Escape sequences that set a colour, and no others.</summary>
internal static partial class Colours
{
    /// <summary>The text made plain but for its colours.</summary>
    public static string Keep(string text) =>
        string.Concat(Sequence().Split(text).Select((part, i) => i % 2 == 1 ? part : PlainText.Visible(part)));

    // ECMA-48, select graphic rendition.
    [GeneratedRegex("(\u001B\\[[0-9;]*m)")]
    private static partial Regex Sequence();
}

using System.Text.RegularExpressions;

namespace GradOracle.Reports.Html;

/// <summary>Mathematics as it is typeset: indices stand below, transposition above.</summary>
internal static partial class MathText
{
    /// <summary><c>∂L/∂H1 X1ᵀ</c> with its 1s below and its T above.</summary>
    public static Markup Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pieces = new List<Markup>();
        var from = 0;
        foreach (Match match in Index().Matches(text))
        {
            pieces.Add($"{text[from..match.Index]}");
            pieces.Add(
                match.Value == "ᵀ"
                    ? (Markup)$"<sup>T</sup>"
                    : $"{match.Groups["name"].Value}<sub>{match.Groups["index"].Value}</sub>");
            from = match.Index + match.Length;
        }

        pieces.Add($"{text[from..]}");
        return Markup.Of(pieces);
    }

    // H1, Wx, Wx1, b2; h_t and h_(t−1) as they are written in plain text. A word of several letters has no index.
    [GeneratedRegex(@"ᵀ|(?<![\p{L}\p{N}_])(?:(?<name>[A-Z])(?<index>[a-z]?[0-9]+|[a-z])|(?<name>[a-z])(?<index>[0-9]+))(?![\p{L}\p{N}_-[ᵀ]])|(?<=[\p{L}∂Σ])(?<name>)_(?:\((?<index>[^()]{1,12})\)|(?<index>[\p{L}\p{N}])(?![\p{L}\p{N}]))")]
    private static partial Regex Index();
}

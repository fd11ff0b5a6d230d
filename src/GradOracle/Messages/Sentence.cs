using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using GradOracle.Messages;

namespace GradOracle;

/// <summary>A sentence about what others wrote: an interpolated string whose values are made plain as they go
/// in.</summary>
/// <remarks>
/// A value is one line, in the invariant culture, without characters that a terminal obeys. One in quotation marks is
/// somebody else's words: of those at most <see cref="PlainText.MostQuoted"/> characters are quoted, of any other value
/// ten times as many.
/// </remarks>
[InterpolatedStringHandler]
public readonly struct Sentence
{
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler.</summary>
    public Sentence(int literalLength, int formattedCount) => _text = new(literalLength + 16 * formattedCount);

    /// <summary>Adds words of our own.</summary>
    public void AppendLiteral(string words) => _text.Append(words);

    /// <summary>Adds a sentence that is plain already.</summary>
    public void AppendFormatted(Sentence plain) => _text.Append(plain._text);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted(string? value)
    {
        var isQuoted = _text.Length > 0 && _text[^1] == '"';
        _text.Append(PlainText.Quote(value ?? "", isQuoted ? PlainText.MostQuoted : 10 * PlainText.MostQuoted));
    }

    /// <summary>Adds a value, formatted in the invariant culture.</summary>
    public void AppendFormatted<T>(T value, string? format = null) => AppendFormatted(
        value is IFormattable formattable
            ? formattable.ToString(format, CultureInfo.InvariantCulture)
            : value?.ToString());

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}

using System.Text;
using GradOracle.Files;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>The gate at the edge of output: all that the commands print goes through one, and nothing comes out but
/// plain text.</summary>
/// <remarks>
/// What a terminal obeys, what turns the direction of writing and what nobody sees becomes U+FFFD; a line that a build
/// server would obey is spoiled. Lines end in LF everywhere. A line is held back until it is complete or flushed, so
/// that no command passes in pieces.
/// </remarks>
/// <exception cref="CannotWriteException">What lies behind cannot be written.</exception>
internal sealed class PlainWriter : TextWriter
{
    private readonly TextWriter _inner;
    private readonly StringBuilder _line = new();

    /// <summary>A gate before a writer.</summary>
    public PlainWriter(TextWriter inner)
    {
        (_inner, NewLine) = (inner, "\n");
        Coloured = new ColouredWriter(this);
    }

    /// <summary>The same gate for text that has been made plain already and coloured then: it lets colours
    /// through.</summary>
    public TextWriter Coloured { get; }

    /// <summary>Whether somebody watches.</summary>
    public bool IsTerminal => ReferenceEquals(_inner, Console.Out) && !Console.IsOutputRedirected;

    public override Encoding Encoding => _inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => Add(value, PlainText.Visible);

    public override void Flush() => Try(() =>
    {
        _inner.Write(PlainText.WithoutCommand(_line.ToString()));
        _line.Clear();
        _inner.Flush();
    });

    private void Add(string? text, Func<string, string> plain)
    {
        var lines = (text ?? "").ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            _line.Append(plain(lines[i].Replace('\t', ' ')));
            if (i < lines.Length - 1)
            {
                var line = PlainText.WithoutCommand(_line.ToString());
                _line.Clear();
                Try(() => _inner.Write($"{line}\n"));
            }
        }
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (FileTrouble.IsOfTheSystem(error) || error is ObjectDisposedException)
        {
            throw new CannotWriteException($"The output cannot be written: {FileTrouble.Reason(error)}.", error);
        }
    }

    private sealed class ColouredWriter(PlainWriter gate) : TextWriter
    {
        public override Encoding Encoding => gate.Encoding;

        public override void Write(char value) => gate.Write(value);

        public override void Write(string? value) => gate.Add(value, Colours.Keep);

        public override void Flush() => gate.Flush();
    }
}

using System.Text;
using Spectre.Console;

namespace GradOracle.Cli;

/// <summary>Output for tables: as wide as the terminal, or wide enough where there is none, so that files hold the same
/// bytes everywhere.</summary>
internal sealed class PlainWidthOutput(TextWriter writer, bool inColour = false) : IAnsiConsoleOutput
{
    private const int WidthWithoutTerminal = 120;
    private const int HeightWithoutTerminal = 25;

    public TextWriter Writer => inColour && writer is PlainWriter plain ? plain.Coloured : writer;

    public bool IsTerminal => writer is PlainWriter { IsTerminal: true };

    // A terminal that nobody looks at has no size: that of a container, or of a recording.
    public int Width => IsTerminal && Console.WindowWidth is > 0 and var width ? width : WidthWithoutTerminal;

    public int Height => IsTerminal && Console.WindowHeight is > 0 and var height ? height : HeightWithoutTerminal;

    public void SetEncoding(Encoding encoding)
    {
        // The writer's owner chose it.
    }
}

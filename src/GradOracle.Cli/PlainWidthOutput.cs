using System.Text;
using Spectre.Console;

namespace GradOracle.Cli;

/// <summary>Output for tables: as wide as the terminal, or wide enough where there is none, so that files hold the same bytes everywhere.</summary>
internal sealed class PlainWidthOutput(TextWriter writer) : IAnsiConsoleOutput
{
    private const int WidthWithoutTerminal = 120;

    public TextWriter Writer => writer;

    public bool IsTerminal => ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected;

    public int Width => IsTerminal ? Console.WindowWidth : WidthWithoutTerminal;

    public int Height => IsTerminal ? Console.WindowHeight : 25;

    public void SetEncoding(Encoding encoding)
    {
        // The writer's owner chose it.
    }
}

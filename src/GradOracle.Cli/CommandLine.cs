using System.CommandLine;
using System.CommandLine.Help;

namespace GradOracle.Cli;

/// <summary>The <c>gradoracle</c> command.</summary>
public static class CommandLine
{
    private static readonly CommandRun s_run = new("gradoracle", Root, Shortage.Sentence);

    /// <summary>Runs the command.</summary>
    /// <returns>0 agree, 1 disagree (or inconclusive, or not comparable), 2 bad input, 3 cannot run here.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        return s_run.Of(arguments, output, error);
    }

    /// <summary>Why a line is not understood; null where it is. Nothing is run.</summary>
    internal static string? WhyNot(IReadOnlyList<string> arguments) => s_run.WhyNot(arguments);

    private static RootCommand Root(TextWriter output)
    {
        var root = new RootCommand(
            """
            GradOracle checks hand-written gradients against TorchSharp autograd: bit for bit where the arithmetic is exact,
            within a proven rounding bound where it is not. Start with: gradoracle check

            Exit codes: 0 all agree, 1 something does not agree, 2 bad input, 3 cannot run here.
            """)
        {
            CheckCommand.Create(output),
            GradientCommand.Create(output),
            FixturesCommand.Create(output),
            ListCommand.Create(output),
            MistakesCommand.Create(output),
            ExplainCommand.Create(output),
            ReportCommand.Create(output),
        };
        root.SetAction(new HelpAction().Invoke);
        return root;
    }
}

using System.CommandLine;
using GradOracle.Gallery;

namespace GradOracle.Cli;

/// <summary><c>gradoracle mistakes</c>: the table of what is caught and how it is described.</summary>
internal static class MistakesCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command(
            "mistakes",
            """
            Tries the default check on derivations that are wrong on purpose, in every network, and on right ones written in other ways. Says of each wrong one
            which suite catches it first and how it is described: named as what it is, placed (where it is), silent, or wrong (as what it is not).
            The exit code is 1 where one is not caught or a right one is refused.
            """);
        command.SetAction(_ =>
        {
            var results = TrialResult.Of(Trials.All);
            output.Write(TrialTable.Of(results));
            return ExitCode(results);
        });
        return command;
    }

    internal static int ExitCode(IReadOnlyList<TrialResult> results) => results.All(r => r.IsRight) ? 0 : 1;
}

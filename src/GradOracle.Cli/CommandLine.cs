using System.CommandLine;
using System.CommandLine.Invocation;

namespace GradOracle.Cli;

/// <summary>The <c>gradoracle</c> command: verdicts become exit codes here, and errors become sentences.</summary>
public static class CommandLine
{
    /// <summary>Runs the command.</summary>
    /// <returns>0 agree, 1 disagree (or inconclusive, or not comparable), 2 bad input, 3 cannot run here.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
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
        try
        {
            var parsed = root.Parse(arguments);
            if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
            {
                var sentence = parsed.Errors[^1].Message;
                throw new BadInputException($"{sentence.TrimEnd('.')}; {Help(parsed.CommandResult.Command)}.");
            }

            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (BadInputException bad)
        {
            error.WriteLine($"gradoracle: {bad.Message}");
            return 2;
        }
        catch (TorchUnavailableException unavailable)
        {
            error.WriteLine($"gradoracle: {unavailable.Message}");
            return 3;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"gradoracle: the output cannot be written: {unwritable.Message.TrimEnd('.')}.");
            return 3;
        }
#pragma warning disable CA1031 // the last resort: a stack trace helps nobody who did not write this
        catch (Exception unexpected)
        {
            error.WriteLine($"gradoracle: unexpected {unexpected.GetType().Name}: {unexpected.Message.ReplaceLineEndings(" ").TrimEnd('.')}; this is a defect, please report it with the command you ran.");
            return 3;
        }
#pragma warning restore CA1031
    }

    private static string Help(Command command) =>
        command is RootCommand ? "see gradoracle --help" : $"see gradoracle {string.Join(' ', command.Parents.OfType<Command>().Where(c => c is not RootCommand).Append(command).Select(c => c.Name))} --help";
}

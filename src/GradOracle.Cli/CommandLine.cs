using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>The <c>gradoracle</c> command: verdicts become exit codes here, and errors become sentences.</summary>
public static class CommandLine
{
    // Words are words: "@file" would read any file, and follow those that it names without end.
    private static readonly ParserConfiguration s_plain = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs the command.</summary>
    /// <returns>0 agree, 1 disagree (or inconclusive, or not comparable), 2 bad input, 3 cannot run here.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        using var plainOutput = new PlainWriter(output);
        using var plainError = new PlainWriter(error);
        return Run(arguments, plainOutput, plainError);
    }

    /// <summary>Why a line cannot be parsed; null where it can. Nothing is run.</summary>
    internal static string? WhyNot(IReadOnlyList<string> arguments)
    {
        var parsed = Parsed(TextWriter.Null, arguments);
        return parsed.Errors.Count > 0 ? Sentence(parsed) : null;
    }

    private static string Sentence(ParseResult parsed) =>
        Misspelling.Of(parsed) ?? NotOfItsKind.Of(parsed.Errors[^1]) ?? parsed.Errors[^1].Message;

    // "help check" is "check --help".
    private static ParseResult Parsed(TextWriter output, IReadOnlyList<string> arguments) =>
        Root(output).Parse(arguments is ["help", ..] ? [.. arguments.Skip(1), "--help"] : arguments, s_plain);

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

    private static int Run(IReadOnlyList<string> arguments, PlainWriter output, PlainWriter error)
    {
        try
        {
            // The parser would obey "[suggest:-1]" before any command, and pass over what it does not know.
            if (arguments is [['[', ..] directive, ..])
            {
                throw new BadInputException($"There is no command \"{directive}\"; see gradoracle --help.");
            }

            var parsed = Parsed(output, arguments);
            if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
            {
                var sentence = Sentence(parsed);
                var help = $"see {Misspelling.NameOf(parsed.CommandResult.Command)} --help.";
                throw new BadInputException(
                    sentence.EndsWith('?') ? $"{sentence} Or {help}" : $"{sentence.TrimEnd('.')}; {help}");
            }

            var code = parsed.Invoke(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
            output.Flush();
            return code;
        }
        catch (BadInputException bad)
        {
            return Fail(bad.Message, 2);
        }
        catch (Exception cannot) when (cannot is TorchUnavailableException or CannotWriteException)
        {
            return Fail(cannot.Message, 3);
        }
#pragma warning disable CA1031 // the last resort: a stack trace helps nobody who did not write this
        catch (Exception unexpected) when (Shortage.IsOfMemory(unexpected))
        {
            return Fail(Shortage.Sentence, 3);
        }
        catch (Exception unexpected)
        {
            var what = PlainText.Quote(unexpected.Message.TrimEnd('.'));
            return Fail($"this is a defect: {what}; please report it with the command you ran.", 3);
        }

        int Fail(string sentence, int code)
        {
            try
            {
                Flush(output);
                error.WriteLine($"gradoracle: {sentence}");
                error.Flush();
            }
            catch (CannotWriteException)
            {
                // Nobody can be told; the exit code still says it.
            }

            return code;
        }
#pragma warning restore CA1031
    }

    // What was printed before something failed comes before the sentence, unless printing is what failed.
    private static void Flush(PlainWriter output)
    {
        try
        {
            output.Flush();
        }
        catch (CannotWriteException)
        {
        }
    }
}

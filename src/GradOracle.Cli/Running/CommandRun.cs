using System.CommandLine;
using System.CommandLine.Invocation;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>A command run once: verdicts become exit codes here, and errors become sentences.</summary>
/// <param name="name">The command as it is typed.</param>
/// <param name="root">What it understands, printing to a writer.</param>
/// <param name="shortage">What to say where memory runs out.</param>
internal sealed class CommandRun(string name, Func<TextWriter, RootCommand> root, string shortage)
{
    // Words are words: "@file" would read any file, and follow those that it names without end.
    private static readonly ParserConfiguration s_plain = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs it.</summary>
    /// <returns>0 agree, 1 disagree (or inconclusive, or not comparable), 2 bad input, 3 cannot run here.</returns>
    public int Of(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        using var plainOutput = new PlainWriter(output);
        using var plainError = new PlainWriter(error);
        return Of(arguments, plainOutput, plainError);
    }

    /// <summary>Why a line is not understood; null where it is. Nothing is run.</summary>
    public string? WhyNot(IReadOnlyList<string> arguments) => WhyNot(Parsed(TextWriter.Null, arguments));

    private string? WhyNot(ParseResult parsed) => Misspelling.Of(parsed, name)
        ?? (parsed is { Action: ParseErrorAction, Errors: [.., var last] }
            ? NotOfItsKind.Of(last, name) ?? last.Message
            : null);

    // "help check" is "check --help"; of "help chek" the parser would see the --help only.
    private ParseResult Parsed(TextWriter output, IReadOnlyList<string> arguments)
    {
        if (arguments is not ["help", ..])
        {
            return root(output).Parse(arguments, s_plain);
        }

        List<string> words = [.. arguments.Skip(1)];
        var asked = root(output).Parse(words, s_plain);
        return asked.UnmatchedTokens.Count > 0 ? asked : root(output).Parse([.. words, "--help"], s_plain);
    }

    private int Of(IReadOnlyList<string> arguments, PlainWriter output, PlainWriter error)
    {
        try
        {
            // The parser would obey "[suggest:-1]" before any command, and pass over what it does not know.
            if (arguments is [['[', ..] directive, ..])
            {
                throw new BadInputException($"There is no command \"{directive}\"; see {name} --help.");
            }

            var parsed = Parsed(output, arguments);
            if (WhyNot(parsed) is { } sentence)
            {
                var help = $"see {Misspelling.NameOf(parsed.CommandResult.Command, name)} --help.";
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
            return Fail(shortage, 3);
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
                error.WriteLine($"{name}: {sentence}");
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

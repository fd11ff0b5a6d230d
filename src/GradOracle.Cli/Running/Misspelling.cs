using System.CommandLine;
using System.CommandLine.Parsing;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>What the parser could not make sense of, as a sentence that names the word itself and what was probably
/// meant.</summary>
internal static class Misspelling
{
    // Most of the letters in common.
    private const int Alike = 65;

    /// <summary>The sentence about the first word that nothing expected; null where every word was.</summary>
    /// <param name="parsed">What the parser made of them.</param>
    /// <param name="program">What the root command is typed as.</param>
    public static string? Of(ParseResult parsed, string program)
    {
        if (TakenForAWord(parsed) is { } taken)
        {
            return taken;
        }

        if (OptionsTakenForArguments(parsed).Concat(parsed.UnmatchedTokens).FirstOrDefault() is not { } word)
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        if (word.StartsWith('-'))
        {
            return $"There is no option \"{PlainText.Quote(word)}\" of {NameOf(command, program)}{Nearest(word, Options(parsed))}";
        }

        // A case's name is one argument: without its quotes the shell makes several of it.
        if (command.Options.Any(o => o.Name == "--case" && parsed.GetResult(o) is { Implicit: false })
            && word.Contains('=', StringComparison.Ordinal))
        {
            return $"\"{PlainText.Quote(word)}\" stands alone: quote the whole name of the case, --case \"shared-weight/squared-error n=2 …\"";
        }

        var names = command.Subcommands.Select(c => c.Name).ToList();
        return names.Count > 0 && command.Arguments.Count == 0
            ? $"There is no command \"{PlainText.Quote(word)}\" of {NameOf(command, program)}{Nearest(word, names)}"
            : $"{NameOf(command, program)} has no use for \"{PlainText.Quote(word)}\"";
    }

    /// <summary>A command as it is typed: <c>gradoracle report diff</c>.</summary>
    public static string NameOf(Command command, string program) => string.Join(
        ' ',
        command.Parents.OfType<Command>()
            .Where(c => c is not RootCommand)
            .Append(command)
            .Where(c => c is not RootCommand)
            .Select(c => c.Name)
            .Prepend(program));

    // "--report --cases 2" reads --cases as the name of the report.
    private static string? TakenForAWord(ParseResult parsed)
    {
        var options = Options(parsed).ToList();
        foreach (var given in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (given.Tokens.FirstOrDefault(t => options.Contains(t.Value)) is { } next)
            {
                return $"{given.Option.Name} says nothing: {next.Value} stands where its value should be";
            }
        }

        return null;
    }

    // An argument that takes any word takes a misspelt option, too.
    private static IEnumerable<string> OptionsTakenForArguments(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(a => a.Tokens)
            .Select(t => t.Value)
            .Where(word => word.StartsWith("--", StringComparison.Ordinal));

    private static IEnumerable<string> Options(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Select(o => o.Name).Append("--help");

    private static string Nearest(string word, IEnumerable<string> names) =>
        Messages.Nearest.To(word, names, Alike) is { } nearest ? $": did you mean {nearest}?" : "";
}

using System.CommandLine.Parsing;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>Words that are missing, too many, or not what an option takes, as a sentence in which no type of .NET is
/// named.</summary>
internal static class NotOfItsKind
{
    /// <summary>The sentence; null where the error is another one.</summary>
    /// <param name="error">What the parser says.</param>
    /// <param name="program">What the root command is typed as.</param>
    public static string? Of(ParseError error, string program) => error.SymbolResult switch
    {
        OptionResult { Tokens: [var word] } result => Of(result.Option.ValueType, word.Value) is { } kind
            ? $"{result.Option.Name} is \"{PlainText.Quote(word.Value)}\": it must be {kind}"
            : null,
        OptionResult { Tokens: [] } result => $"{result.Option.Name} says nothing: give its value",
        OptionResult result => $"{result.Option.Name} is given {result.Tokens.Count} times: give it once",
        CommandResult { Command.Subcommands: [_, ..] commands } result =>
            $"{Misspelling.NameOf(result.Command, program)} needs a command: {string.Join(", ", commands.Select(c => c.Name))}",
        ArgumentResult { Tokens: [] } result =>
            $"{Misspelling.NameOf(((CommandResult)result.Parent!).Command, program)} needs {result.Argument.Name}",
        _ => null,
    };

    private static string? Of(Type type, string word) =>
        type == typeof(int) ? $"a whole number{AtMost(word, int.MaxValue)}"
        : type == typeof(ulong) ? $"a whole number from 0 up{AtMost(word, ulong.MaxValue)}"
        : type == typeof(double) ? "a number"
        : null;

    // It may be whole, and too large.
    private static string AtMost(string word, ulong largest) =>
        word.All(char.IsAsciiDigit) ? FormattableString.Invariant($", at most {largest}") : "";
}

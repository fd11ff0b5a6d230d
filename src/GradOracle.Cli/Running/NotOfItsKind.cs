using System.CommandLine.Parsing;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>An option's word that is not what the option takes, as a sentence in which no type of .NET is
/// named.</summary>
internal static class NotOfItsKind
{
    /// <summary>The sentence; null where the error is another one.</summary>
    public static string? Of(ParseError error) =>
        error.SymbolResult is not OptionResult { Tokens: [var word, ..] } result ? null
        : result.Option.ValueType == typeof(int) ? $"{result.Option.Name} is \"{PlainText.Quote(word.Value)}\": it must be a whole number"
        : result.Option.ValueType == typeof(ulong) ? $"{result.Option.Name} is \"{PlainText.Quote(word.Value)}\": it must be a whole number from 0 up"
        : result.Option.ValueType == typeof(double) ? $"{result.Option.Name} is \"{PlainText.Quote(word.Value)}\": it must be a number"
        : null;
}

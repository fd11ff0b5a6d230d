using System.CommandLine;
using System.Globalization;
using GradOracle.Messages;
using GradOracle.Reports;

namespace GradOracle.Cli;

/// <summary>The option that parts a run among processes: <c>--shard 3/16</c>.</summary>
internal static class ShardOption
{
    /// <summary>The option.</summary>
    public static Option<string?> Create() => new("--shard")
    {
        Description = "Checks only this part of what is asked for, every Nth derivation from the Ith on; report merge makes one report of all parts.",
        HelpName = "I/N",
    };

    /// <summary>The shard of so many checks; null where none was asked for.</summary>
    /// <exception cref="BadInputException">It is no shard, or there is nothing for it to do.</exception>
    public static ReportedShard? Of(string? text, int checks)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Split('/') is not [var number, var count] || !TryRead(number, out var i) || !TryRead(count, out var n))
        {
            throw new BadInputException($"--shard is \"{PlainText.Quote(text)}\": write the number of the shard and how many there are, as in 3/16.");
        }

        if (n < 1 || i < 1 || i > n)
        {
            throw new BadInputException($"--shard is \"{PlainText.Quote(text)}\": there must be at least one shard, and they are counted from 1 to the last, as in 1/4 … 4/4.");
        }

        return n <= checks
            ? new(i, n, checks)
            : throw new BadInputException(string.Create(CultureInfo.InvariantCulture,
                $"--shard {text} parts {checks} {(checks == 1 ? "check" : "checks")} into {n}, and a shard takes whole ones: ask for at most {checks}."));
    }

    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}

using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>The report of a whole run, made of those of its shards: byte for byte what one process would have
/// written.</summary>
internal static class MergedReport
{
    /// <summary>The whole.</summary>
    /// <param name="shards">The reports, each with the file that it was read from, in any order.</param>
    /// <exception cref="BadInputException">One is of no shard, two are of one, they are of several runs, or one is
    /// missing.</exception>
    public static Report Of(IReadOnlyList<(string File, Report Report)> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        var parts = shards.Select(s => (s.File, s.Report, Shard: s.Report.Shard ?? throw NoShard(s.File)))
            .OrderBy(s => s.Shard.Number)
            .ToList();
        var (first, shard) = (parts[0], parts[0].Shard);
        foreach (var other in parts.Skip(1))
        {
            RequireOneRun(first, other);
        }

        if (parts.Zip(parts.Skip(1)).FirstOrDefault(
                p => p.First.Shard.Number == p.Second.Shard.Number) is { First.File: { } one, Second.File: { } two })
        {
            throw new BadInputException($"{Quoted(one)} and {Quoted(two)} are both of shard {parts.First(p => p.File == one).Shard}: give each shard once.");
        }

        if (Enumerable.Range(1, shard.Count).Except(
                parts.Select(p => p.Shard.Number)).ToList() is { Count: > 0 } missing)
        {
            var which = missing.Count == 1
                ? FormattableString.Invariant($"shard {missing[0]}")
                : $"shards {string.Join(", ", missing)}";
            throw new BadInputException(FormattableString.Invariant($"Of {shard.Count} shards {which} {(missing.Count == 1 ? "is" : "are")} missing: give the report of every one."));
        }

        var (checks, cases) = (new ReportedCheck[shard.Checks], new IReadOnlyList<ReportedCase>[shard.Checks]);
        foreach (var (file, report, of) in parts)
        {
            var indices = of.Indices().ToList();
            if (indices.Count != report.Checks.Count)
            {
                throw new BadInputException(FormattableString.Invariant($"{Quoted(file)} has {report.Checks.Count} checks where shard {of} of {of.Checks} has {indices.Count}: it is not whole."));
            }

            foreach (var (index, check) in indices.Zip(report.Checks))
            {
                (checks[index], cases[index]) = (
                    check,
                    [.. report.Cases.Where(c => (c.Network, c.Derivation) == (check.Network, check.Derivation))]);
            }
        }

        return Report.Of(first.Report.Title, checks, [.. cases.SelectMany(c => c)]);
    }

    private static void RequireOneRun(
        (string File, Report Report, ReportedShard Shard) one, (string File, Report Report, ReportedShard Shard) other)
    {
        var isOne = one.Report.Title == other.Report.Title
            && (one.Shard.Count, one.Shard.Checks) == (other.Shard.Count, other.Shard.Checks);
        if (!isOne)
        {
            throw new BadInputException(
                $"{Quoted(one.File)} and {Quoted(other.File)} are of different runs: shard {one.Shard} of {Quoted(one.Report.Title)}, "
                + $"and shard {other.Shard} of {Quoted(other.Report.Title)}.");
        }
    }

    private static BadInputException NoShard(string file) =>
        new($"{Quoted(file)} is the report of a whole run: only those of check --shard can be merged.");

    private static string Quoted(string text) => PlainText.Quote(text);
}

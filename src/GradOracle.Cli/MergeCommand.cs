using System.CommandLine;
using GradOracle.Reports;

namespace GradOracle.Cli;

/// <summary><c>gradoracle report merge</c>: the reports of the shards of one run as the report of the run.</summary>
internal static class MergeCommand
{
    public static Command Create(TextWriter output)
    {
        var files = new Argument<string[]>("FILES") { Description = "The reports of all shards, in JSON, in any order.", Arity = ArgumentArity.OneOrMore };
        var (to, target) = (ReportCommand.To(ReportCommand.Forms), ReportCommand.Output());
        var allowInconclusive =
            new Option<bool>("--allow-inconclusive") { Description = "Does not count inconclusive cases as failures." };
        var command = new Command(
            "merge",
            "Makes one report of those of check --shard 1/N to N/N, byte for byte that of an undivided run. Exit code 1 if something does not agree.")
        {
            files, to, target, allowInconclusive,
        };
        command.SetAction(parsed =>
        {
            var paths = parsed.GetValue(files)!;
            var render = ReportCommand.Chosen(parsed.GetValue(to), parsed.GetValue(target));
            foreach (var path in paths)
            {
                ReportCommand.RequireTarget(parsed.GetValue(target), path);
            }

            var merged = MergedReport.Of([.. paths.Select(path => (path, JsonReport.Read(path)))]);
            ReportCommand.Send(output, parsed.GetValue(target), merged, render);
            return merged.Verdict == Verdict.Agrees
                || (merged.Verdict == Verdict.Inconclusive && parsed.GetValue(allowInconclusive))
                ? 0
                : 1;
        });
        return command;
    }
}

using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Oracles;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Cli;

/// <summary>What <c>gradoracle check</c> checks, and shows meanwhile.</summary>
internal sealed class CheckRun(TextWriter output, string title, Shown shown)
{
    /// <summary>Checks one case.</summary>
    public Report One(Derivation chosen, CaseStack batch, IReadOnlyList<IOracle> asked)
    {
        var reported = CaseReport.Of(Examined(chosen, batch, asked), shown.Replay);
        new TerminalReport(output).Write(reported);
        return Report.Of(title, [], [reported]);
    }

    /// <summary>Draws the cases of some derivations, or of the part of them that is this process's.</summary>
    public Report Many(
        IReadOnlyList<Derivation> all, string? part, CheckOptions options, AnalysisDepth depth, bool isDetailed)
    {
        var shard = ShardOption.Of(part, all.Count);
        var chosen = shard?.Of(all) ?? all;
        var (terminal, checks, cases) = (
            new TerminalReport(output), new List<ReportedCheck>(), new List<ReportedCase>());
        var overview = chosen.Count > 1 && !isDetailed
            ? new CheckOverview(output, [.. chosen.Select(d => (d.Network.Name, d.Name))], isTimed: true)
            : null;
        foreach (var derivation in chosen)
        {
            var result = Progress.Show(
                output, progress => GradientCheck.Run(derivation, options with { Progress = progress }));
            var (check, findings) = result.Report(depth, shown.Replay);
            overview?.Write(check, result.Suites.Aggregate(TimeSpan.Zero, (sum, suite) => sum + suite.Elapsed));
            if (overview is null || check.Verdict != Verdict.Agrees)
            {
                terminal.Write(check, findings, [.. result.Suites.Select(s => s.Elapsed)]);
                output.Write(chosen.Count > 1 ? "\n" : "");
            }

            checks.Add(check);
            cases.AddRange(findings);
        }

        var report = Report.Of(title, checks, cases) with { Shard = shard };
        if (overview is not null)
        {
            terminal.WriteSentence(report);
        }

        return report;
    }

    private static FailureAnalysis Examined(Derivation chosen, CaseStack batch, IReadOnlyList<IOracle> asked)
    {
        var comparison = Comparison.InBothOrders(chosen, batch).Describe(0);
        if (comparison.HasGenuineMismatch)
        {
            return FailureAnalysis.Of(chosen, batch);
        }

        if (asked.Count == 0)
        {
            return FailureAnalysis.InFull(chosen, comparison);
        }

        var crossCheck = CrossCheck.Of(
            batch, 0, IsolatedRun.Of(chosen, batch), Oracle.Ask(batch, asked.Prepend(Oracle.All.All[0])));
        return FailureAnalysis.InFull(chosen, comparison with { CrossCheck = crossCheck, Verdict = crossCheck.OraclesAgree ? comparison.Verdict : Verdict.OraclesDisagree });
    }
}

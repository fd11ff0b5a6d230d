using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>What one run found that another did not.</summary>
/// <param name="IsWorse">Whether anything became worse.</param>
/// <param name="Sentence">All of it in one sentence.</param>
/// <param name="Changes">One entry for each thing that changed; what became worse first.</param>
internal sealed record ReportDiff(bool IsWorse, string Sentence, IReadOnlyList<ReportChange> Changes)
{
    /// <summary>The changes from one report to a later one.</summary>
    /// <remarks>
    /// Cases are told by name, derivation and test. A report lists a bounded number of a check's failing cases: where
    /// the list is cut, the counts of the suites decide, and a case that is not listed is neither new nor mended.
    /// </remarks>
    public static ReportDiff Of(Report before, Report after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        List<ReportChange> changes = [.. Checks(before, after), .. Cases(before, after), .. Updates(before, after)];
        var isWorse = changes.Any(c => c.IsWorse);
        var counts = changes.GroupBy(c => c.What).Select(g => FormattableString.Invariant($"{g.Count()} {g.Key}"));
        return new(
            isWorse,
            $"{(changes.Count == 0 ? "no change" : $"{(isWorse ? "worse" : "no worse")}: {string.Join(", ", counts)}")}.",
            [.. changes.OrderByDescending(c => c.IsWorse)]);
    }

    private static IEnumerable<ReportChange> Checks(Report before, Report after)
    {
        foreach (var (name, old, now) in Matched(before.Checks, after.Checks, c => Name(c.Derivation, c.Network)))
        {
            if (old is null || now is null)
            {
                yield return old is null
                    ? new("check added", name, "", now!.Verdict.Word(), now.Verdict != Verdict.Agrees)
                    : new("check removed", name, old.Verdict.Word(), "", false);
                continue;
            }

            foreach (var (suite, first, second) in Matched(old.Suites, now.Suites, s => $"{name} {s.Loss} {CaseId.Word(s.Kind)} {s.Type}"))
            {
                if (first is null || second is null)
                {
                    yield return first is null
                        ? new("suite added", suite, "", Summary(second!), second!.Agreeing < second.Cases)
                        : new("suite removed", suite, Summary(first), "", false);
                }
                else if (Summary(first) != Summary(second))
                {
                    yield return new(
                        "suite changed",
                        suite,
                        Summary(first),
                        Summary(second),
                        Rank(second).CompareTo(Rank(first)) > 0);
                }
            }
        }
    }

    private static IEnumerable<ReportChange> Cases(Report before, Report after)
    {
        foreach (var (name, old, now) in Matched(before.Cases, after.Cases, c => $"{(c.Test is { } test ? $"{test}: " : "")}{c.Name} ({c.Actual} {c.Derivation} against {c.Expected})"))
        {
            var (failed, fails) = (old is { Verdict: not Verdict.Agrees }, now is { Verdict: not Verdict.Agrees });
            if (fails && !failed && (old is not null || IsWhole(before, now!)))
            {
                yield return new("newly failing", name, old is null ? "" : Summary(old), Summary(now!), true);
            }
            else if (failed && !fails && (now is not null || IsWhole(after, old!)))
            {
                var isMended = now is not null || (before.Title == after.Title && after.Checks.Any(c => IsOf(c, old!)));
                yield return new(
                    isMended ? "mended" : "no longer reported",
                    name,
                    Summary(old!),
                    now is null ? "" : Summary(now),
                    false);
            }
            else if (failed && fails && IsOtherwise(old!, now!))
            {
                yield return new("failing otherwise", name, Summary(old!), Summary(now!), now!.Verdict > old!.Verdict);
            }
        }
    }

    // One that was not looked into has no diagnosis, which is no other diagnosis.
    private static bool IsOtherwise(ReportedCase old, ReportedCase now) =>
        old.Verdict != now.Verdict || (IsDiagnosed(old) && IsDiagnosed(now) && Summary(old) != Summary(now));

    private static bool IsDiagnosed(ReportedCase reported) => reported.Diagnosis.Count + reported.Unexplained.Count > 0;

    private static IEnumerable<ReportChange> Updates(Report before, Report after) =>
        from match in Matched(
            before.Updates, after.Updates, u => $"{Name(u.Derivation, u.Network)} {u.Rule} from {u.Case}")
        let was = match.Before?.Verdict.Word() ?? ""
        let now = match.After?.Verdict.Word() ?? ""
        where was != now
        select new ReportChange(
            "update run changed",
            match.Name,
            was,
            now,
            match.After is { } u && u.Verdict > (match.Before?.Verdict ?? Verdict.Agrees));

    // Two that cannot be told apart are compared in their order.
    private static IEnumerable<(string Name, T? Before, T? After)> Matched<T>(
        IEnumerable<T> before, IEnumerable<T> after, Func<T, string> name)
        where T : class
    {
        Dictionary<(string, int), T> Numbered(IEnumerable<T> all) => all.GroupBy(name).SelectMany(
            g => g.Select((item, i) => (Key: (g.Key, i), item))).ToDictionary(p => p.Key, p => p.item);
        var (old, now) = (Numbered(before), Numbered(after));
        return old.Keys.Union(now.Keys).Select(
            key => (key.Item1, old.GetValueOrDefault(key), now.GetValueOrDefault(key)));
    }

    private static bool IsOf(ReportedCheck check, ReportedCase reported) =>
        (check.Network, check.Derivation) == (reported.Network, reported.Derivation);

    private static bool IsWhole(Report report, ReportedCase reported)
    {
        var checks = report.Checks.Where(c => IsOf(c, reported)).ToList();
        return checks.Count == 0
            || checks.SelectMany(c => c.Suites).Sum(s => s.Cases - s.Agreeing) <= report.Cases.Count(
                c => c.Verdict != Verdict.Agrees && checks.Any(of => IsOf(of, c)));
    }

    // Shares, because two runs may have drawn different numbers of cases.
    private static (Verdict Worst, double Failing) Rank(ReportedSuite suite) =>
        (suite.Counts.Keys.DefaultIfEmpty().Max(), suite.Cases == 0 ? 0 : 1 - (double)suite.Agreeing / suite.Cases);

    private static string Name(string derivation, string network) =>
        derivation == network ? network : $"{derivation} on {network}";

    private static string Summary(ReportedSuite suite) => FormattableString.Invariant(
        $"{suite.Agreeing} of {suite.Cases} agree{(suite.Agreeing == suite.Cases ? "" : $", worst {suite.Counts.Keys.Max().Word()}")}, error/bound {NumberFormat.InBounds(suite.WorstErrorInBounds)}");

    private static string Summary(ReportedCase reported) =>
        string.Join(
            "; ",
            [$"{reported.Verdict.Word()}", .. reported.Diagnosis.Select(d => d.Sentence), .. reported.Unexplained]);
}

/// <summary>One thing that changed between two runs.</summary>
/// <param name="What">newly failing, mended, failing otherwise, suite changed, check added, and so on.</param>
/// <param name="Name">The case, suite, check or update run.</param>
/// <param name="Before">What was found; empty where nothing was.</param>
/// <param name="After">What is found now; empty where nothing is.</param>
/// <param name="IsWorse">Whether that is worse.</param>
internal sealed record ReportChange(string What, string Name, string Before, string After, bool IsWorse);

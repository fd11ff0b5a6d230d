namespace GradOracle.Reports.Html;

/// <summary>What is seen without scrolling: the verdict, what is wrong with what, why, and who says so.</summary>
internal static class SummarySection
{
    private const int GroupsInFull = 3;
    private const int OthersListed = 100;
    private const int Cells = 64;

    /// <summary>The first screen of a report.</summary>
    public static Markup Of(Report report, IReadOnlyList<CaseGroup> groups)
    {
        // One finding is the heading itself; what was run is said once, in the header of the page.
        var only = groups is [var one] && one.Leading.Case.Diagnosis.Count > 0 ? one : null;
        var isOneCase = report is { Checks.Count: 0, Updates.Count: 0, Cases.Count: 1 };
        return $"""
            <section class="first {report.Verdict.ClassName()}" aria-labelledby=verdict>
            <p>{report.Verdict.Badge()}{(only is not null && !isOneCase ? (Markup)$" <span>{report.Sentence}</span>" : Markup.Nothing)}</p>
            <h1 id=verdict>{only?.What ?? report.Sentence}</h1>
            {groups.Take(GroupsInFull).Select((g, i) => InFull(g, hasHeading: only is null, hasPicture: i == 0))}{Rest([.. groups.Skip(GroupsInFull)])}{Checks(report.Checks)}{Updates(report.Updates)}
            </section>

            """;
    }

    private static Markup InFull(CaseGroup group, bool hasHeading, bool hasPicture)
    {
        var reported = group.Leading.Case;
        return $"""
            <article class=finding>
            {(hasHeading ? (Markup)$"<h2>{group.What}</h2>\n" : Markup.Nothing)}<dl class=facts>
            {CaseSection.Fact("derivation", CaseSection.Code(reported))}{Verdicts(group)}{CaseSection.Evidence(reported)}{CaseSection.Fact(group.Cases.Count == 1 ? "case" : "cases", Links(group))}{CaseSection.Fact("replay", CaseSection.Replay(reported.Replay))}</dl>
            {(hasPicture ? Picture(reported) : Markup.Nothing)}</article>

            """;
    }

    // The worst of each tensor over all cases; the output is no gradient.
    private static Markup Verdicts(CaseGroup group)
    {
        Markup Chips(Func<ReportedCase, IEnumerable<ReportedTensor>> tensors) =>
            Markup.Of(group.Cases.SelectMany(c => tensors(c.Case))
            .GroupBy(t => t.Name).Select(
                t => (Name: t.Key, Verdict: t.Max(x => x.Verdict))).OrderByDescending(t => t.Verdict)
            .Select(t => Chip(t.Name, t.Verdict)));
        var gradients = group.Cases.Any(c => c.Case.Gradients.Count > 0)
            ? CaseSection.Fact("gradients", $"<span class=chips>{Chips(c => c.Gradients)}</span>") : Markup.Nothing;
        return $"{gradients}{CaseSection.Fact("output", $"<span class=chips>{Chips(c => [c.Forward])}</span>")}";
    }

    // In small, where there is a smaller case: its numbers can be followed in the head.
    private static Markup Picture(ReportedCase reported)
    {
        var small = reported.Smallest is { Wrong: { Count: > 0 } wrong } smallest
            ? (Case: smallest, Wrong: wrong)
            : default;
        if ((small.Wrong ?? [.. reported.Wrong]) is not { Count: > 0 } shown)
        {
            return Markup.Nothing;
        }

        // The tensor whose picture says most: one that the diagnosis speaks of.
        var tensor = shown.OrderByDescending(t => t.Formula.Any(term => NamedTerm.Said(reported, t, term) is not null))
            .ThenByDescending(t => t.Formula.Count).First();
        var seen = small.Case is null ? reported : reported with { Expected = reported.ExpectedInSmall };
        var inSmall = small.Case is null ? Markup.Nothing : CaseSection.InSmall(small.Case);
        if (tensor.Map is not { } all)
        {
            return TensorSection.Formula(reported, tensor);
        }

        var (map, terms) = Blocks.Fit(all, tensor.Formula, Cells);
        return $"""
            <div class=picture>{TensorSection.Formula(reported, tensor)}{Others(reported, shown, tensor)}{inSmall}{TensorSection.Strip(seen, tensor, map, terms)}</div>

            """;
    }

    // A second mistake has its place too, where another diagnosis names it.
    private static Markup Others(
        ReportedCase reported, IReadOnlyList<ReportedTensor> shown, ReportedTensor pictured) => Markup.Of(
        reported.Diagnosis.Where(d => !d.Gradients.Contains(pictured.Name))
            .Select(d => shown.FirstOrDefault(t => d.Gradients.Contains(t.Name)))
            .OfType<ReportedTensor>().Distinct().Select(t => TensorSection.Formula(reported, t)));

    private static Markup Chip(string name, Verdict verdict) =>
        $"""<span class="chip {verdict.ClassName()}">{verdict.Mark()} <bdi>{MathText.Of(name)}</bdi></span> """;

    private static Markup Links(CaseGroup group)
    {
        var (leading, others) = (
            Link(group.Leading), group.Cases.Where(c => c.Number != group.Leading.Number).ToList());
        if (others.Count == 0)
        {
            return leading;
        }

        var left = others.Count - OthersListed;
        return $"""
            {leading}
            <details class=others><summary>and {others.Count} more</summary><ol>{others.Take(OthersListed).Select(c => (Markup)$"<li>{Link(c)}")}{(left > 0 ? (Markup)$"<li>… and {left} more" : Markup.Nothing)}</ol></details>
            """;
    }

    private static Markup Link((ReportedCase Case, int Number) one) =>
        $"""<a href="#case-{one.Number}"><bdi>{one.Case.Name}</bdi></a>""";

    private static Markup Rest(IReadOnlyList<CaseGroup> groups) => groups.Count == 0 ? Markup.Nothing : $"""
        <ul class=rest>
        {groups.Select(g => (Markup)$"""<li><a href="#case-{g.Leading.Number}">{g.Count}</a>: {g.What}""")}
        </ul>

        """;

    private static Markup Checks(IReadOnlyList<ReportedCheck> checks) => checks.Count < 2 ? Markup.Nothing : $"""
        <p class=chips>{checks.Select(c => (Markup)$"""<a class="chip {c.Verdict.ClassName()}" href="#sweeps" title="{c.Sentence}">{c.Verdict.Mark()} {c.Derivation}</a> """)}</p>

        """;

    private static Markup Updates(IReadOnlyList<ReportedUpdate> updates) => updates.Count < 2 ? Markup.Nothing : $"""
        <ul class=rest>
        {updates.Where(u => u.Verdict != Verdict.Agrees).Select(u => (Markup)$"""<li>{u.Verdict.Glyph()} <a href="#updates"><bdi>{u.Case}</bdi></a> {u.Rule}: {u.Sentence}""")}
        </ul>

        """;
}

namespace GradOracle.Reports.Html;

/// <summary>What is seen without scrolling: the verdict, what is wrong with what, why, and who says so.</summary>
internal static class SummarySection
{
    private const int FindingsInFull = 3;
    private const int Cells = 64;

    public static Markup Of(Report report)
    {
        var findings = Findings(report);
        return $"""
            <section class="first {report.Verdict.ClassName()}" aria-labelledby=verdict>
            <p>{report.Verdict.Badge()}</p>
            <h1 id=verdict>{report.Sentence}</h1>
            {findings.Take(FindingsInFull).Select((f, i) => InFull(f, hasPicture: i == 0))}{Rest([.. findings.Skip(FindingsInFull)])}{Checks(report.Checks)}{Updates(report.Updates)}
            </section>

            """;
    }

    // Cases of the same derivation with the same diagnosis are one finding; a case that fails like another goes with it.
    private static List<Finding> Findings(Report report)
    {
        var named = report.Cases.GroupBy(c => c.Name).ToDictionary(group => group.Key, group => group.First());
        return [.. report.Cases.Select((c, i) => (Case: c, Number: i + 1)).Where(c => c.Case.Verdict != Verdict.Agrees)
            .GroupBy(c => (c.Case.Network, c.Case.Derivation, c.Case.Actual, What: What(c.Case.FailsLike is { } like ? named.GetValueOrDefault(like, c.Case) : c.Case)))
            .Select(group => new Finding([.. group])).OrderByDescending(f => f.First.Diagnosis.Count > 0)];
    }

    private static string What(ReportedCase reported) => reported.Diagnosis.Count + reported.Unexplained.Count == 0
        ? reported.Gist
        : string.Join("; ", reported.Diagnosis.Select(d => d.Sentence).Concat(reported.Unexplained));

    private static Markup InFull(Finding finding, bool hasPicture)
    {
        var reported = finding.First;
        var wrong = finding.Wrong;
        return $"""
            <article class=finding>
            <h2><bdi>{reported.Derivation}</bdi> <small>on {reported.Network}</small></h2>
            <div class=told>
            <dl class=facts>
            {CaseSection.Fact("gradients", $"<span class=chips>{finding.Tensors.Select(t => Chip(t.Name, t.Verdict))}</span>")}
            {CaseSection.Findings(reported)}
            {CaseSection.Fact(finding.Cases.Count == 1 ? "case" : "cases", Links(finding))}
            </dl>
            {(hasPicture && wrong is not null ? Picture(reported, wrong) : Markup.Nothing)}
            </div>
            </article>

            """;
    }

    private static Markup Picture(ReportedCase reported, ReportedTensor tensor)
    {
        if (tensor.Map is not { } all)
        {
            return TensorSection.Formula(reported, tensor);
        }

        var (map, terms) = Blocks.Fit(all, tensor.Formula, Cells);
        return $"""<div class=picture>{TensorSection.Formula(reported, tensor)}{TensorSection.Strip(reported, tensor, map, terms, hasLegend: false)}</div>""";
    }

    private static Markup Chip(string name, Verdict verdict) => $"""<span class="chip {verdict.ClassName()}">{verdict.Mark()} <bdi>{name}</bdi></span> """;

    private static Markup Links(Finding finding) =>
        $"""<a href="#case-{finding.Cases[0].Number}"><bdi>{finding.First.Name}</bdi></a>{(finding.Cases.Count > 1 ? $" and {finding.Cases.Count - 1} more" : "")}""";

    private static Markup Rest(IReadOnlyList<Finding> findings) => findings.Count == 0 ? Markup.Nothing : $"""
        <ul class=rest>
        {findings.Select(f => (Markup)$"""<li><a href="#case-{f.Cases[0].Number}"><bdi>{f.First.Derivation}</bdi> on {f.First.Network}</a>: {What(f.First)}""")}
        </ul>

        """;

    private static Markup Checks(IReadOnlyList<ReportedCheck> checks) => checks.Count < 2 ? Markup.Nothing : $"""
        <p class=chips>{checks.Select(c => (Markup)$"""<a class="chip {c.Verdict.ClassName()}" href="#sweeps" title="{c.Sentence}">{c.Verdict.Mark()} {c.Derivation}</a> """)}</p>

        """;

    private static Markup Updates(IReadOnlyList<ReportedUpdate> updates) => updates.Count < 2 ? Markup.Nothing : $"""
        <ul class=rest>
        {updates.Where(u => u.Verdict != Verdict.Agrees).Select(u => (Markup)$"""<li><a href="#updates">{u.Verdict.Glyph()} <bdi>{u.Derivation}</bdi> on {u.Network}, {u.Rule}</a>: {u.Sentence}""")}
        </ul>

        """;

    private sealed record Finding(IReadOnlyList<(ReportedCase Case, int Number)> Cases)
    {
        public ReportedCase First => Cases[0].Case;

        /// <summary>The tensors of all its cases, each with its worst verdict.</summary>
        public IEnumerable<(string Name, Verdict Verdict)> Tensors => Cases.SelectMany(c => c.Case.Gradients.Append(c.Case.Forward))
            .GroupBy(t => t.Name).Select(group => (group.Key, group.Max(t => t.Verdict))).OrderByDescending(t => t.Item2);

        /// <summary>The tensor whose picture says most: one that the diagnosis speaks of.</summary>
        public ReportedTensor? Wrong => First.Wrong.OrderByDescending(t => t.Formula.Any(term => NamedTerm.Said(First, t, term) is not null))
            .ThenByDescending(t => t.Formula.Count).FirstOrDefault();
    }
}

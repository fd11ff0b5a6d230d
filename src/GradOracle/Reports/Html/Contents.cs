namespace GradOracle.Reports.Html;

/// <summary>The list of cases, group by group, which the script makes searchable.</summary>
internal static class Contents
{
    /// <summary>The list; none of a single case.</summary>
    public static Markup Of(IReadOnlyList<ReportedCase> cases, IReadOnlyList<CaseGroup> groups) => cases.Count < 2 ? Markup.Nothing : $"""
        <div class=controls hidden>
        <label>Filter <input type=search id=filter placeholder="name, gradient, diagnosis"></label>
        <label>Verdict <select id=verdicts><option value="">all</option>{cases.Select(c => c.Verdict).Distinct().Order().Select(v => (Markup)$"<option value={v.ClassName()}>{v.Word()}</option>")}</select></label>
        <label>Order <select id=order><option value=number>as reported</option><option value=name>by name</option><option value=verdict>by verdict</option></select></label>
        <button type=button id=next>Next failing</button>
        <output id=shown></output>
        </div>
        <div class=scroll tabindex=0 role=region aria-label="list of cases"><table class=contents><caption class=unseen>Cases</caption>
        <thead><tr><th scope=col>#<th scope=col>case<th scope=col>wrong</thead>
        {groups.Select(g => Body($"{g.Count}: {g.What}", g.Cases))}{Agreeing(cases)}</table></div>

        """;

    private static Markup Agreeing(IReadOnlyList<ReportedCase> cases)
    {
        var agreeing = cases.Select((c, i) => (Case: c, Number: i + 1)).Where(
            c => c.Case.Verdict == Verdict.Agrees).ToList();
        return agreeing.Count == 0
            ? Markup.Nothing
            : Body(HtmlNumbers.Count(agreeing.Count, "case") + (agreeing.Count == 1 ? " that agrees" : " that agree"), agreeing);
    }

    private static Markup Body(string heading, IReadOnlyList<(ReportedCase Case, int Number)> cases) => $"""
        <tbody><tr class=group><th colspan=3 scope=rowgroup>{heading}</tr>
        {cases.Select(c => Line(c.Case, c.Number))}</tbody>

        """;

    private static Markup Line(ReportedCase reported, int number) =>
        $"""<tr data-case={number}><td>{number}<td>{reported.Verdict.Glyph()} <a href="#case-{number}"><bdi>{reported.Name}</bdi></a><td>{CaseSection.Gist(reported)}{Reason(reported)}</tr>{"\n"}""";

    // What was not looked into says why it fails, if it knows.
    private static string Reason(ReportedCase reported) =>
        reported.Diagnosis.Count + reported.Unexplained.Count == 0
            && reported.Wrong.Select(t => t.Reason).FirstOrDefault(r => r is not null) is { } reason
            ? $": {reason}" : "";
}

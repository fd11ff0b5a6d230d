namespace GradOracle.Reports.Html;

/// <summary>The list of cases, which the script makes searchable.</summary>
internal static class Contents
{
    public static Markup Of(IReadOnlyList<ReportedCase> cases) => cases.Count < 2 ? Markup.Nothing : $"""
        <div class=controls hidden>
        <label>Filter <input type=search id=filter placeholder="name, gradient, diagnosis"></label>
        <label>Verdict <select id=verdicts><option value="">all</option>{cases.Select(c => c.Verdict).Distinct().Order().Select(v => (Markup)$"<option value={v.ClassName()}>{v.Word()}</option>")}</select></label>
        <label>Order <select id=order><option value=number>as reported</option><option value=name>by name</option><option value=verdict>by verdict</option></select></label>
        <button type=button id=next>Next failing</button>
        <output id=shown></output>
        </div>
        <div class=scroll tabindex=0 role=region aria-label="list of cases"><table class=contents><caption class=unseen>Cases</caption>
        <thead><tr><th scope=col>#<th scope=col>case<th scope=col>wrong<th scope=col>diagnosis</thead>
        <tbody>
        {cases.Select((c, i) => Line(c, i + 1, c.FailsLike is { } like ? cases.TakeWhile(other => other.Name != like).Count() + 1 : null))}</tbody></table></div>

        """;

    private static Markup Line(ReportedCase reported, int number, int? like) =>
        $"""<tr data-case={number}><td>{number}<td>{reported.Verdict.Glyph()} <a href="#case-{number}"><bdi>{reported.Name}</bdi></a><td>{reported.Gist}<td>{Diagnosis(reported, like)}</tr>{"\n"}""";

    private static string Diagnosis(ReportedCase reported, int? like) =>
        reported.Diagnosis.Count + reported.Unexplained.Count > 0 ? string.Join("; ", reported.Diagnosis.Select(d => d.Sentence).Concat(reported.Unexplained))
        : like is { } number ? FormattableString.Invariant($"fails like case {number}")
        : reported.Wrong.Select(t => t.Reason).FirstOrDefault(r => r is not null) ?? "";
}

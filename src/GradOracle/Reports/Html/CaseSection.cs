namespace GradOracle.Reports.Html;

/// <summary>One case, to be opened and closed.</summary>
internal static class CaseSection
{
    /// <summary>The case.</summary>
    /// <param name="reported">The case.</param>
    /// <param name="number">Its number in the report, from 1.</param>
    /// <param name="detail">How much of it is shown.</param>
    public static Markup Of(ReportedCase reported, int number, Detail detail) => $"""
        <details class=case id=case-{number} data-verdict="{reported.Verdict.ClassName()}"{(number == 1 ? Markup.Raw(" open") : Markup.Nothing)}>
        <summary>{reported.Verdict.Glyph()} <h3><span class=number>{number}</span> <bdi>{reported.Name}</bdi></h3> <span class=gist>{reported.Gist}</span></summary>
        <dl class=facts>
        {Fact("derivation", $"<bdi>{reported.Derivation}</bdi> on <bdi>{reported.Network}</bdi>")}{(reported.Test is { } test ? Fact("test", $"<bdi>{test}</bdi>") : Markup.Nothing)}
        {Findings(reported)}{Fact("replay", Replay(reported.Replay))}
        </dl>
        {(reported.Gradients.Count == 0 ? (Markup)$"<p>The outputs differ, so gradients are not compared: mend the forward pass first.</p>\n" : Markup.Nothing)}{reported.Wrong.Select(t => TensorSection.Of(reported, t, detail, number <= detail.Cases))}{Agreeing(reported)}{(reported.Smallest is { } smallest ? Smallest(reported, smallest) : Markup.Nothing)}
        </details>

        """;

    /// <summary>The diagnosis, what has none, and who agrees with whom.</summary>
    public static Markup Findings(ReportedCase reported) => $"""
        {(reported.FirstWrong is { } first ? Fact("first wrong", $"<p>{first}</p>") : Markup.Nothing)}{reported.Diagnosis.Select(d => Fact("diagnosis", $"<p class=diagnosis>{d.Sentence}</p><p class=note>{(d.Residual == 0 ? "fits exactly" : $"fits to {HtmlNumbers.Compact(d.Residual)} of the largest entry")} in {HtmlNumbers.Count(d.Cases, "case")}</p>"))}
        {reported.Unexplained.Select(u => Fact("no diagnosis", $"<p>{u}</p>"))}
        {(reported.FailsLike is { } like ? Fact("fails like", $"<bdi>{like}</bdi>, which was looked into in its place") : Markup.Nothing)}
        {(reported.Agreement is { } agreement ? Fact("agreement", Agreement(agreement, reported.OddOneOut)) : Markup.Nothing)}
        """;

    public static Markup Fact(string name, Markup what) => $"<div><dt>{name}</dt><dd>{what}</dd></div>\n";

    /// <summary>A command ready to be copied.</summary>
    public static Markup Replay(string command) => $"<div class=replay><code><bdi>{command}</bdi></code><button type=button class=copy hidden>Copy</button></div>";

    // autograd = central-difference: the derivation is the odd one out; who was not applicable
    private static Markup Agreement(string sentence, string? oddOneOut)
    {
        var colon = sentence.IndexOf(": ", StringComparison.Ordinal);
        var end = colon < 0 ? -1 : sentence.IndexOf("; ", colon, StringComparison.Ordinal) is var semicolon and >= 0 ? semicolon : sentence.Length;
        return oddOneOut is null || colon < 0
            ? (Markup)$"<p>{sentence}</p>"
            : $"<p>{sentence[..(colon + 2)]}<strong class=odd>{sentence[(colon + 2)..end]}</strong>{sentence[end..]}</p>";
    }

    private static Markup Agreeing(ReportedCase reported)
    {
        var agreeing = reported.Gradients.Where(t => t.Verdict == Verdict.Agrees).ToList();
        return agreeing.Count == 0
            ? Markup.Nothing
            : (Markup)$"<p class=agreeing>{Verdict.Agrees.Glyph()} {string.Join(", ", agreeing.Select(t => $"∂L/∂{t.Name} {t.Axes}"))} {(agreeing.Count == 1 ? "agrees" : "agree")}</p>\n";
    }

    private static Markup Smallest(ReportedCase reported, ReportedSmallest smallest) => $"""
        <section class=smallest>
        <h4>{(smallest.Name == reported.Name ? "The case by hand" : "The same failure in small")}</h4>
        <p><bdi>{smallest.Name}</bdi></p>
        <div class=matrices>{smallest.Tensors.Select(m => Matrix(m.Name, m))}</div>
        {smallest.Expected.Zip(smallest.Actual).Select(pair => (Markup)$"""<div class=matrices>{Matrix($"∂L/∂{pair.First.Name} {reported.Expected}", pair.First)}<span class=sign>≠</span>{Matrix($"∂L/∂{pair.First.Name} {reported.Actual}", pair.Second)}</div>""")}
        {(smallest.Name == reported.Name ? Markup.Nothing : Replay(smallest.Replay))}
        </section>

        """;

    private static Markup Matrix(string caption, ReportedMatrix matrix) =>
        Markup.Of(matrix.Panels.Select(panel => Matrix(panel.Place.Length == 0 ? caption : $"{caption}{panel.Place}", panel.Rows)));

    private static Markup Matrix(string caption, IReadOnlyList<IReadOnlyList<double>> rows) =>
        $"<figure class=matrix><figcaption>{caption}</figcaption><div class=scroll><table>{rows.Select(row => (Markup)$"<tr>{row.Select(v => (Markup)$"<td>{HtmlNumbers.Full(v)}")}")}</table></div></figure>";
}

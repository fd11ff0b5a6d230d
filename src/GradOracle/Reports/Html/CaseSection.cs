namespace GradOracle.Reports.Html;

/// <summary>One case, to be opened and closed.</summary>
internal static class CaseSection
{
    private const int LongestOption = 24;

    /// <summary>The case.</summary>
    /// <param name="reported">The case.</param>
    /// <param name="number">Its number in the report, from 1.</param>
    /// <param name="detail">How much of it is shown.</param>
    /// <param name="isOpen">Whether it is open from the beginning.</param>
    public static Markup Of(ReportedCase reported, int number, Detail detail, bool isOpen)
    {
        var hasMaps = isOpen || number <= detail.Cases;
        var mendForward = reported.Gradients.Count > 0 ? Markup.Nothing
            : (Markup)$"<p>The outputs differ, so gradients are not compared: mend the forward pass first.</p>\n";
        return $"""
            <details class=case id=case-{number} data-verdict="{reported.Verdict.ClassName()}"{(isOpen ? Markup.Raw(" open") : Markup.Nothing)}>
            <summary>{reported.Verdict.Glyph()} <h3><span class=number>{number}</span> <bdi>{reported.Name}</bdi></h3> <span class=gist>{Gist(reported)}</span></summary>
            <dl class=facts>
            {Fact("derivation", On(reported.Derivation, reported.Network))}{(reported.Test is { } test ? Fact("test", $"<bdi>{test}</bdi>") : Markup.Nothing)}{Diagnoses(reported)}{Evidence(reported, fits: false)}{Fact("replay", Replay(reported.Replay))}</dl>
            {mendForward}{reported.Wrong.Select(t => TensorSection.Of(reported, t, detail, hasMaps))}{Agreeing(reported)}{(reported.Smallest is { } smallest ? Smallest(reported, smallest) : Markup.Nothing)}
            </details>

            """;
    }

    /// <summary>The gradients that are wrong, none of them broken at the end of a line.</summary>
    public static Markup Gist(ReportedCase reported) => Markup.Of(
        reported.Gist.Split(' ').Select(
            (symbol, i) => (Markup)$"{(i > 0 ? " " : "")}<span class=term>{MathText.Of(symbol)}</span>"));

    /// <summary>The derivation and its network, said once where they have one name.</summary>
    public static Markup On(string derivation, string network) =>
        derivation == network ? (Markup)$"<bdi>{derivation}</bdi>" : $"<bdi>{derivation}</bdi> on <bdi>{network}</bdi>";

    /// <summary>The derivation and where it is written.</summary>
    public static Markup Code(ReportedCase reported) => reported.Class is not { } type ? On(reported.Derivation, reported.Network) : (Markup)$"""
        {On(reported.Derivation, reported.Network)} <span class=note>{type}{(reported.Source is { } file ? (Markup)$" in {Path(file)}" : Markup.Nothing)}</span>
        """;

    // A narrow page breaks a path between its folders, and not within a name.
    private static Markup Path(string file) =>
        Markup.Of(file.Split('/').Select((part, i) => (Markup)$"{(i > 0 ? (Markup)$"/<wbr>" : Markup.Nothing)}{part}"));

    private static Markup Diagnoses(ReportedCase reported) => Markup.Of(
        reported.Diagnosis.Select(
            d => Fact("diagnosis", $"<p class=diagnosis>{d.Sentence}</p><p class=note>{Fits(d)}</p>")));

    private static string Fits(ReportedExplanation explanation) =>
        (
            explanation.Residual == 0
                ? "fits exactly"
                : $"fits to {HtmlNumbers.Compact(explanation.Residual)} of the largest entry")
        + $" in {HtmlNumbers.Count(explanation.Cases, "case")}";

    /// <summary>What speaks for the diagnosis, what has none, and who agrees with whom.</summary>
    /// <param name="reported">The case.</param>
    /// <param name="fits">Whether it stands below a heading that says the diagnosis, or why there is none.</param>
    public static Markup Evidence(ReportedCase reported, bool fits = true)
    {
        var first = reported.FirstWrong is { } wrong ? Fact("first wrong", $"<p>{wrong}</p>") : Markup.Nothing;
        var fit = fits && reported.Diagnosis.Count > 0
            ? Fact("diagnosis", $"<p>{string.Join("; ", reported.Diagnosis.Select(Fits).Distinct())}</p>") : Markup.Nothing;
        var unexplained = fits
            ? Markup.Nothing
            : Markup.Of(reported.Unexplained.Select(u => Fact("no diagnosis", $"<p>{u}</p>")));
        var like = reported.FailsLike is { } other
            ? Fact("fails like", $"<bdi>{other}</bdi>, which was looked into in its place") : Markup.Nothing;
        var agreement = reported.Agreement is { } sentence
            ? Fact("agreement", Agreement(sentence, reported.OddOneOut))
            : Markup.Nothing;
        return $"{first}{fit}{unexplained}{like}{agreement}";
    }

    public static Markup Fact(string name, Markup what) => $"<div><dt>{name}</dt><dd>{what}</dd></div>\n";

    /// <summary>A command, no option of it broken behind its hyphens.</summary>
    public static Markup Command(string line) => Markup.Of(line.Split(' ').Select((word, i) =>
    {
        var isOption = word.Length <= LongestOption && word.StartsWith("--", StringComparison.Ordinal);
        return (Markup)$"{(i > 0 ? " " : "")}{(isOption ? (Markup)$"<span class=option>{word}</span>" : $"{word}")}";
    }));

    /// <summary>A command ready to be copied.</summary>
    public static Markup Replay(string command) =>
        $"<div class=replay><code><bdi>{Command(command)}</bdi></code><button type=button class=copy hidden>Copy</button></div>";

    // autograd = central-difference: the derivation is the odd one out; who was not applicable
    private static Markup Agreement(string sentence, string? oddOneOut)
    {
        var colon = sentence.IndexOf(": ", StringComparison.Ordinal);
        var end = colon < 0
            ? -1
            : sentence.IndexOf("; ", colon, StringComparison.Ordinal) is var semicolon and >= 0
            ? semicolon
            : sentence.Length;
        return oddOneOut is null || colon < 0
            ? (Markup)$"<p>{sentence}</p>"
            : $"<p>{sentence[..(colon + 2)]}<strong class=odd>{sentence[(colon + 2)..end]}</strong>{sentence[end..]}</p>";
    }

    private static Markup Agreeing(ReportedCase reported)
    {
        var agreeing = reported.Gradients.Where(t => t.Verdict == Verdict.Agrees).ToList();
        return agreeing.Count == 0
            ? Markup.Nothing
            : (Markup)$"<p class=agreeing>{Verdict.Agrees.Glyph()} {Markup.Of(agreeing.Select((t, i) => (Markup)$"{(i > 0 ? ", " : "")}{MathText.Of(reported.SymbolOf(t))} {t.Axes.ToString()}"))} {(agreeing.Count == 1 ? "agrees" : "agree")}</p>\n";
    }

    private static Markup Smallest(ReportedCase reported, ReportedSmallest smallest) => $"""
        <section class=smallest>
        <h4>{(smallest.Name == reported.Name ? "The case by hand" : "The same failure in small")}</h4>
        {InSmall(smallest, reported.Name)}
        {smallest.Expected.Zip(smallest.Actual).Select(pair => (Markup)$"""<div class=matrices>{Matrix($"∂L/∂{pair.First.Name}", reported.ExpectedInSmall, pair.First)}<span class=pair><span class=sign>≠</span>{Matrix($"∂L/∂{pair.First.Name}", reported.Actual, pair.Second)}</span></div>""")}
        {(smallest.Name == reported.Name ? Markup.Nothing : Replay(smallest.Replay))}
        </section>

        """;

    /// <summary>A small case with all its numbers.</summary>
    /// <param name="smallest">The case.</param>
    /// <param name="told">The name that was said already.</param>
    public static Markup InSmall(ReportedSmallest smallest, string told = "") => $"""
        {(smallest.Name == told ? Markup.Nothing : (Markup)$"<p class=note>in small: <bdi>{smallest.Name}</bdi></p>")}
        <div class=matrices>{smallest.Tensors.Select(m => Matrix(m.Name, "", m))}</div>
        """;

    private static Markup Matrix(string symbol, string whose, ReportedMatrix matrix) =>
        Markup.Of(matrix.Panels.Select(panel =>
    {
        Markup caption = $"{MathText.Of(symbol)}{panel.Place}{(whose.Length > 0 ? $" {whose}" : "")}";
        Markup rows = Markup.Of(
            panel.Rows.Select(row => (Markup)$"<tr>{row.Select(v => (Markup)$"<td>{HtmlNumbers.Full(v)}")}"));
        return (Markup)$"<figure class=matrix><figcaption>{caption}</figcaption><div class=scroll><table>{rows}</table></div></figure>";
    }));
}

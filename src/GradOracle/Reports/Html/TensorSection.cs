namespace GradOracle.Reports.Html;

/// <summary>One tensor of a case: its formula, contribution + contribution = expected beside received and difference, and the numbers.</summary>
internal static class TensorSection
{
    public static Markup Of(ReportedCase reported, ReportedTensor tensor, Detail detail, bool hasMaps) => $"""
        <section class=tensor>
        <h4>{reported.SymbolOf(tensor)} <small>{tensor.Axes.ToString()}</small> <span class="found {tensor.Verdict.ClassName()}">{Found(tensor)}</span></h4>
        {Formula(reported, tensor)}{(hasMaps ? Maps(reported, tensor, detail.Cells) : LeftOut(tensor))}{Worst(reported, tensor, detail.Worst)}{(hasMaps ? Numbers(reported, tensor, detail.Cells) : Markup.Nothing)}
        </section>

        """;

    /// <summary>The gradient as the chain rule writes it, with the terms marked that the diagnosis speaks of.</summary>
    public static Markup Formula(ReportedCase reported, ReportedTensor tensor)
    {
        if (tensor.Formula.Count == 0)
        {
            return Markup.Nothing;
        }

        var terms = tensor.Formula.Select((term, i) => (Markup)$"{(i > 0 ? " + " : "")}{Marked(term, NamedTerm.Said(reported, tensor, term))}");
        return $"<p class=formula><bdi>{reported.SymbolOf(tensor)}</bdi> = {terms}</p>\n";
    }

    private static Markup Marked(ReportedTerm term, string? said) => said is null
        ? $"<bdi>{term.Text}</bdi>"
        : (Markup)$"<mark><bdi>{term.Text}</bdi>{(said.Length > 0 ? $"<b>{said}</b>" : Markup.Nothing)}</mark>";

    /// <summary>Contribution + contribution = expected ≠ received, and the difference: all but the last on one scale.</summary>
    public static Markup Strip(ReportedCase reported, ReportedTensor tensor, ReportedMap map, IReadOnlyList<ReportedTerm> terms, bool hasLegend)
    {
        var expected = Values(map, e => e.Expected);
        var received = Values(map, e => e.Actual);
        var difference = Values(map, e => e.Actual - e.Expected);
        var known = terms.Count > 1 && terms.All(t => t.Values is not null) ? terms : [];
        var scale = ColourScale.Of(expected.Concat(received).Concat(known.SelectMany(t => t.Values!)).SelectMany(row => row));
        var differences = ColourScale.Of(difference.SelectMany(row => row));
        var columns = expected.Count == 0 ? 0 : expected[0].Count;
        var size = columns <= 3 || columns * (known.Count + 3) <= 18 ? MapSize.Wide : columns <= 12 ? MapSize.Middle : MapSize.Narrow;

        Markup Map(string caption, IReadOnlyList<IReadOnlyList<double>> values, Func<int, int, string>? title = null) =>
            Heatmap.Of(caption, size, values, (_, _, v) => scale.ClassOf(v), title ?? ((i, j) => Described(reported, tensor, map, map.Entries[i][j])));

        var contributions = known.Select((term, k) => Contribution(
            term,
            NamedTerm.Said(reported, tensor, term),
            Map($"the contribution {term.Text}", term.Values!, (i, j) => $"{Place(tensor, map, map.Entries[i][j])}: {term.Text} {HtmlNumbers.Full(term.Values![i][j])}"),
            k == known.Count - 1 ? "=" : "+"));
        return $"""
            <div class=strip>
            {(known.Count > 0 ? $"<div class=group>{contributions}</div>" : Markup.Nothing)}
            <div class=group>
            {Part("", $"<b>expected</b><span>{reported.Expected}</span>", Map($"expected: {reported.Expected}", expected), hasLegend ? scale.Legend : null, tensor.Verdict > Verdict.Inconclusive ? "≠" : "≈")}
            {Part("", $"<b>received</b><span>{reported.Actual}</span>", Map($"received: {reported.Actual}", received), hasLegend ? scale.Legend : null)}
            {Part("difference", $"<b>difference</b><span>received − expected</span>", Heatmap.Of("the difference: received − expected", size, difference, Difference, (i, j) => Described(reported, tensor, map, map.Entries[i][j])), hasLegend ? differences.Legend : null)}
            </div>
            </div>

            """;

        // What rounding explains is no difference.
        string Difference(int i, int j, double value) => map.Entries[i][j].ErrorInBounds <= 1 ? "z" : differences.ClassOf(value);
    }

    private static Markup Contribution(ReportedTerm term, string? said, Markup map, string sign) => said is null
        ? Part("", $"<bdi class=math>{term.Text}</bdi><span>contribution</span>", map, sign: sign)
        : Part("named", $"<bdi class=math>{term.Text}</bdi><b class=said>{(said.Length > 0 ? said : "see the diagnosis")}</b>", map, sign: sign);

    private static Markup Part(string kind, Markup caption, Markup map, Markup? legend = null, string sign = "") =>
        $"""<div class=part><figure{(kind.Length > 0 ? (Markup)$" class={kind}" : Markup.Nothing)}><figcaption>{caption}</figcaption><div class=scroll>{map}</div>{legend ?? Markup.Nothing}</figure>{(sign.Length > 0 ? $"<span class=sign>{sign}</span>" : Markup.Nothing)}</div>""";

    private static Markup Maps(ReportedCase reported, ReportedTensor tensor, int cells)
    {
        if (tensor.Map is not { } all)
        {
            return Markup.Nothing;
        }

        var zoom = Window(tensor, cells);
        var panels = Panels.Of(tensor, all);
        var maps = Markup.Of(panels.Select(panel => Panel(reported, tensor, panel, cells / panels.Count)));
        return $"{maps}{(zoom is null ? Markup.Nothing : Zoom(reported, tensor, zoom))}";
    }

    private static Markup Panel(ReportedCase reported, ReportedTensor tensor, Panel panel, int cells)
    {
        var (map, terms) = Blocks.Fit(panel.Map, panel.Terms, Math.Max(1, cells));
        var heading = panel.Place.Length == 0 ? Markup.Nothing : (Markup)$"<h5>{tensor.Name}{panel.Place}</h5>\n";
        return $"{heading}{BlockNote(map)}{Strip(reported, tensor, map, terms, hasLegend: true)}";
    }

    private static Markup LeftOut(ReportedTensor tensor) =>
        tensor.Map is null ? Markup.Nothing : (Markup)$"<p class=note>Its map is left out, because the page has many cases: replay the case alone to see it.</p>\n";

    private static ReportedMap? Window(ReportedTensor tensor, int cells) => tensor.Zoom is { } zoom ? Blocks.Fit(zoom, [], cells).Map : null;

    private static Markup BlockNote(ReportedMap map) => (map.BlockRows, map.BlockColumns) == (1, 1)
        ? Markup.Nothing
        : (Markup)$"<p class=note>Each cell stands for a block of {map.BlockRows}×{map.BlockColumns} entries, shown by the one with the largest error.</p>\n";

    private static Markup Zoom(ReportedCase reported, ReportedTensor tensor, ReportedMap zoom) => $"""
        <h5>Around the worst entry: from {tensor.Axes.PlaceOf(zoom.FirstRow * tensor.Columns + zoom.FirstColumn)} on</h5>
        {BlockNote(zoom)}{Strip(reported, tensor, zoom, [], hasLegend: true)}
        """;

    private static Markup Worst(ReportedCase reported, ReportedTensor tensor, int most) => tensor.Worst.Count == 0 ? Markup.Nothing : $"""
        <div class=scroll tabindex=0 role=region aria-label="worst entries of {tensor.Name}"><table class=entries><caption>{(tensor.Worst.Count == 1 ? "Worst entry" : "Worst entries")}</caption>
        {Head(reported)}{Lines(tensor, [.. tensor.Worst.Take(most)])}</table></div>

        """;

    private static Markup Numbers(ReportedCase reported, ReportedTensor tensor, int cells) =>
        (Window(tensor, cells) ?? (tensor.Map is { } all ? Blocks.Fit(all, [], cells).Map : null)) is not { } map ? Markup.Nothing : (Markup)$"""
        <details class=numbers><summary>The numbers of the map</summary><div class=scroll tabindex=0 role=region aria-label="numbers of the map"><table class=entries>
        {Head(reported)}{map.Entries.Select(row => Lines(tensor, row))}</table></div></details>

        """;

    private static Markup Head(ReportedCase reported) =>
        $"<thead><tr><th scope=col>entry<th scope=col>{reported.Expected}<th scope=col>{reported.Actual}<th scope=col>difference<th scope=col>bound<th scope=col>error/bound</thead>\n";

    private static Markup Lines(ReportedTensor tensor, IReadOnlyList<ReportedEntry> entries)
    {
        var (expected, actual) = (HtmlNumbers.Column(entries.Select(e => e.Expected)), HtmlNumbers.Column(entries.Select(e => e.Actual)));
        return Markup.Of(entries.Select((e, i) => (Markup)
            $"<tr><td>{tensor.PlaceOf(e)}<td>{expected[i]}<td>{actual[i]}<td>{HtmlNumbers.Compact(e.Actual - e.Expected)}<td>{HtmlNumbers.Compact(e.Bound)}<td>{HtmlNumbers.InBounds(e)}\n"));
    }

    private static string Found(ReportedTensor tensor) => tensor.Verdict switch
    {
        Verdict.Disagrees => FormattableString.Invariant($"{tensor.Differing} of {(long)tensor.Rows * tensor.Columns} entries differ"),
        _ => tensor.Reason is { } reason ? $"{tensor.Verdict.Word()}: {reason}" : tensor.Verdict.Word(),
    };

    private static IReadOnlyList<IReadOnlyList<double>> Values(ReportedMap map, Func<ReportedEntry, double> value) =>
        [.. map.Entries.Select(row => (IReadOnlyList<double>)[.. row.Select(value)])];

    private static string Place(ReportedTensor tensor, ReportedMap map, ReportedEntry entry) =>
        tensor.PlaceOf(entry) + ((map.BlockRows, map.BlockColumns) == (1, 1) ? "" : ", worst of its block");

    private static string Described(ReportedCase reported, ReportedTensor tensor, ReportedMap map, ReportedEntry e) =>
        $"{Place(tensor, map, e)}: {reported.Expected} {HtmlNumbers.Full(e.Expected)}, {reported.Actual} {HtmlNumbers.Full(e.Actual)}, difference {HtmlNumbers.Compact(e.Actual - e.Expected)}, bound {HtmlNumbers.Compact(e.Bound)}";
}

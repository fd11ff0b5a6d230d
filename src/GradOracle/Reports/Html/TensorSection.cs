namespace GradOracle.Reports.Html;

/// <summary>One tensor of a case: its formula, contribution + contribution = expected beside received and difference,
/// and the numbers.</summary>
internal static class TensorSection
{
    public static Markup Of(ReportedCase reported, ReportedTensor tensor, Detail detail, bool hasMaps) => $"""
        <section class=tensor>
        <h4>{MathText.Of(reported.SymbolOf(tensor))} <small>{tensor.Axes.ToString()}</small> <span class="found {tensor.Verdict.ClassName()}">{Found(tensor)}</span></h4>
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

        // A line is broken before an operator, which stays with its term.
        var terms = tensor.Formula.Select((term, i) =>
            (Markup)$" <span class=term>{(i > 0 ? "+ " : "= ")}{Marked(term, NamedTerm.Said(reported, tensor, term))}</span>");
        return $"<p class=formula><bdi>{MathText.Of(reported.SymbolOf(tensor))}</bdi>{terms}</p>\n";
    }

    private static Markup Marked(ReportedTerm term, string? said) => said is null
        ? $"<bdi>{MathText.Of(term.Text)}</bdi>"
        : (Markup)$"<mark><bdi>{MathText.Of(term.Text)}</bdi>{(said.Length > 0 ? $"<b>{said}</b>" : Markup.Nothing)}</mark>";

    /// <summary>Contribution + contribution = expected ≠ received, and the difference: all but the last on one
    /// scale.</summary>
    public static Markup Strip(
        ReportedCase reported, ReportedTensor tensor, ReportedMap map, IReadOnlyList<ReportedTerm> terms)
    {
        var expected = Values(map, e => e.Expected);
        var received = Values(map, e => e.Actual);
        var difference = Values(map, e => e.Actual - e.Expected);
        var known = terms.Count > 1 && terms.All(t => t.Values is not null) ? terms : [];
        var scale = ColourScale.Of([expected, received, .. known.Select(t => t.Values!)]);
        var differences = ColourScale.Of([difference]);
        var (size, isExact) = (SizeOf(map), IsExact(map.Entries.SelectMany(row => row)));

        Markup Map(string caption, IReadOnlyList<IReadOnlyList<double>> values, Func<int, int, string>? title = null) =>
            Heatmap.Of(
            caption, size, isExact, values, (_, _, v) =>
                scale.ClassOf(v), title ?? ((i, j) => Described(reported, tensor, map, map.Entries[i][j])));

        var contributions = known.Select((term, k) => Contribution(
            term,
            NamedTerm.Said(reported, tensor, term),
            Map(
                $"the contribution {term.Text}",
                term.Values!,
                (i, j) =>
                    $"{Place(tensor, map, map.Entries[i][j])}: {term.Text} {HtmlNumbers.Full(term.Values![i][j])}"),
            k == 0 ? "" : "+"));
        var differs = Heatmap.Of(
            "the difference: received − expected", size, isExact, difference, Difference, (i, j) =>
                Described(reported, tensor, map, map.Entries[i][j]));
        return $"""
            <div class=strip>
            {contributions}
            {Part("", $"<b>expected</b><span>{reported.Expected}</span>", Map($"expected: {reported.Expected}", expected), scale.Legend, known.Count > 0 ? "=" : "")}
            {Part("", $"<b>received</b><span>{reported.Actual}</span>", Map($"received: {reported.Actual}", received), scale.Legend, tensor.Verdict > Verdict.Inconclusive ? "≠" : "≈")}
            {Part("difference", $"<b>difference</b><span>received − expected</span>", differs, differences.Legend)}
            </div>

            """;

        // What rounding explains is no difference.
        string Difference(int i, int j, double value) =>
            map.Entries[i][j].ErrorInBounds <= 1 ? "z" : differences.ClassOf(value);
    }

    // Numbers while a phone holds a row of them; what is wider scrolls within itself.
    private static MapSize SizeOf(ReportedMap map) =>
        (
            map.Entries.Count == 0 ? 0 : map.Entries[0].Count) switch
        {
            <= 5 =>
                MapSize.Wide,
            <= 12 => MapSize.Middle,
            _ => MapSize.Narrow
        };

    private static bool IsExact(IEnumerable<ReportedEntry> entries) => entries.All(e => e.Bound == 0);

    private static Markup Contribution(ReportedTerm term, string? said, Markup map, string sign) => said is null
        ? Part("", $"<bdi class=math>{MathText.Of(term.Text)}</bdi><span>contribution</span>", map, sign: sign)
        : Part("named", $"<bdi class=math>{MathText.Of(term.Text)}</bdi><b class=said>{(said.Length > 0 ? said : "see the diagnosis")}</b>", map, sign: sign);

    // The operator stands before its operand: where the row is broken it goes with it.
    private static Markup Part(string kind, Markup caption, Markup map, Markup? legend = null, string sign = "") =>
        $"""<div class=part>{(sign.Length > 0 ? (Markup)$"<span class=sign>{sign}</span>" : Markup.Nothing)}<figure{(kind.Length > 0 ? (Markup)$" class={kind}" : Markup.Nothing)}><figcaption>{caption}</figcaption><div class=scroll>{map}</div>{legend ?? Markup.Nothing}</figure></div>""";

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
        return $"{heading}{BlockNote(map)}{Strip(reported, tensor, map, terms)}";
    }

    private static Markup LeftOut(ReportedTensor tensor) =>
        tensor.Map is null ? Markup.Nothing : (Markup)$"<p class=note>Its map is left out, because the page has many cases: replay the case alone to see it.</p>\n";

    private static ReportedMap? Window(ReportedTensor tensor, int cells) =>
        tensor.Zoom is { } zoom ? Blocks.Fit(zoom, [], cells).Map : null;

    private static Markup BlockNote(ReportedMap map) => (map.BlockRows, map.BlockColumns) == (1, 1)
        ? Markup.Nothing
        : (Markup)$"<p class=note>Each cell stands for a block of {map.BlockRows}×{map.BlockColumns} entries, shown by the one with the largest error.</p>\n";

    private static Markup Zoom(ReportedCase reported, ReportedTensor tensor, ReportedMap zoom) => $"""
        <h5>Around the worst entry: from {tensor.Axes.PlaceOf(zoom.FirstRow * tensor.Columns + zoom.FirstColumn)} on</h5>
        {BlockNote(zoom)}{Strip(reported, tensor, zoom, [])}
        """;

    private static Markup Worst(ReportedCase reported, ReportedTensor tensor, int most) => tensor.Worst.Count == 0 ? Markup.Nothing : $"""
        <div class=scroll tabindex=0 role=region aria-label="worst entries of {tensor.Name}"><table class=entries><caption>{(tensor.Worst.Count == 1 ? "Worst entry" : "Worst entries")}</caption>
        {Entries(reported, tensor, [[.. tensor.Worst.Take(most)]])}</table></div>

        """;

    private static Markup Numbers(ReportedCase reported, ReportedTensor tensor, int cells) =>
        (Window(tensor, cells) ?? (tensor.Map is { } all ? Blocks.Fit(all, [], cells).Map : null)) is not { } map ? Markup.Nothing : (Markup)$"""
        <details class=numbers><summary>The numbers of the map</summary><div class=scroll tabindex=0 role=region aria-label="numbers of the map"><table class=entries>
        {Entries(reported, tensor, map.Entries)}</table></div></details>

        """;

    // Where equality is demanded there is no bound to be told.
    private static Markup Entries(
        ReportedCase reported, ReportedTensor tensor, IReadOnlyList<IReadOnlyList<ReportedEntry>> rows)
    {
        var isExact = IsExact(rows.SelectMany(row => row));
        var bounds = isExact ? Markup.Nothing : (Markup)$"<th scope=col>bound<th scope=col>error/bound";
        return $"<thead><tr><th scope=col>entry<th scope=col>{reported.Expected}<th scope=col>{reported.Actual}<th scope=col>difference{bounds}</thead>\n{rows.Select(row => Lines(tensor, row, isExact))}";
    }

    private static Markup Lines(ReportedTensor tensor, IReadOnlyList<ReportedEntry> entries, bool isExact)
    {
        var (expected, actual) = (
            HtmlNumbers.Column(entries.Select(e => e.Expected)), HtmlNumbers.Column(entries.Select(e => e.Actual)));
        return Markup.Of(entries.Select((e, i) =>
        {
            var bound = isExact
                ? Markup.Nothing
                : (Markup)$"<td>{HtmlNumbers.Compact(e.Bound)}<td>{HtmlNumbers.InBounds(e)}";
            return (Markup)$"<tr><td>{tensor.PlaceOf(e)}<td>{expected[i]}<td>{actual[i]}<td>{HtmlNumbers.Short(e.Actual - e.Expected, isExact)}{bound}\n";
        }));
    }

    private static string Found(ReportedTensor tensor) => tensor.Verdict switch
    {
        Verdict.Disagrees =>
            FormattableString.Invariant($"{tensor.Differing} of {(long)tensor.Rows * tensor.Columns} entries differ"),
        _ => tensor.Reason is { } reason ? $"{tensor.Verdict.Word()}: {reason}" : tensor.Verdict.Word(),
    };

    private static IReadOnlyList<IReadOnlyList<double>> Values(ReportedMap map, Func<ReportedEntry, double> value) =>
        [.. map.Entries.Select(row => (IReadOnlyList<double>)[.. row.Select(value)])];

    private static string Place(ReportedTensor tensor, ReportedMap map, ReportedEntry entry) =>
        tensor.PlaceOf(entry) + ((map.BlockRows, map.BlockColumns) == (1, 1) ? "" : ", worst of its block");

    private static string Described(ReportedCase reported, ReportedTensor tensor, ReportedMap map, ReportedEntry e)
    {
        var bound = e.Bound == 0 ? "" : $", bound {HtmlNumbers.Compact(e.Bound)}";
        return $"{Place(tensor, map, e)}: {reported.Expected} {HtmlNumbers.Full(e.Expected)}, {reported.Actual} {HtmlNumbers.Full(e.Actual)}, difference {HtmlNumbers.Short(e.Actual - e.Expected, e.Bound == 0)}{bound}";
    }
}

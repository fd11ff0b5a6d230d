namespace GradOracle.Reports.Html;

/// <summary>Sweeps over random cases: their counts, errors against size, and the shapes that were drawn.</summary>
internal static class SweepSection
{
    private const int Columns = 32;
    private const int WidestHistogram = 16;

    public static Markup Of(IReadOnlyList<ReportedCheck> checks) => checks.Count == 0 ? Markup.Nothing : $"""
        <section id=sweeps aria-labelledby=sweeps-heading>
        <h2 id=sweeps-heading>{(checks.Count == 1 ? "The sweep" : "The sweeps")}</h2>
        {checks.Select(c => Check(c, isAlone: checks.Count == 1))}</section>

        """;

    private static Markup Check(ReportedCheck check, bool isAlone)
    {
        var shapes = check.Suites.SelectMany(s => s.Shapes).ToList();
        return $"""
            <article class=check>
            <h3>{check.Verdict.Glyph()} {CaseSection.On(check.Derivation, check.Network)}</h3>
            <p class=formula><bdi>{MathText.Of(check.Summary)}</bdi></p>
            {(isAlone ? Markup.Nothing : (Markup)$"<p>{check.Sentence}</p>\n")}            <div class=scroll tabindex=0 role=region aria-label="suites of {check.Derivation} on {check.Network}"><table class=suites><caption class=unseen>Cases of {check.Derivation} by loss and kind</caption>
            <thead><tr><th scope=col>loss<th scope=col>kind<th scope=col>type<th scope=col class=n>cases<th scope=col class=n>shapes<th scope=col class=n>agree<th scope=col class=n>error/bound<th scope=col class=n>power<th scope=col>otherwise</thead>
            {check.Suites.Select(Suite)}</table></div>
            {(check.WithoutExactCases.Count > 0 ? $"<p class=note>No exact cases for {string.Join(", ", check.WithoutExactCases)}: something on the way is smooth and no polynomial.</p>" : Markup.Nothing)}
            {check.Covered.Select(line => (Markup)$"<p class=note>{line}</p>")}
            {check.Warnings.Select(warning => (Markup)$"<p class=note>{warning}.</p>")}
            {(shapes.Count > 0 ? $"<div class=plots>{Errors(check)}{Coverage(check, shapes)}</div>" : Markup.Nothing)}
            </article>

            """;
    }

    private static Markup Suite(ReportedSuite suite) =>
        $"<tr><td>{suite.Loss}<td>{CaseId.Word(suite.Kind)}<td>{suite.Type}<td class=n>{suite.Counts.Values.Sum()}<td class=n>{suite.Shapes.Count}<td class=n>{suite.Counts.GetValueOrDefault(Verdict.Agrees)}<td class=n>{HtmlNumbers.Compact(suite.WorstErrorInBounds)}<td class=n>{suite.Power}<td>{Otherwise(suite)}\n";

    private static string Otherwise(ReportedSuite suite) => string.Join("; ",
        suite.Counts.Where(c => c.Key != Verdict.Agrees && c.Value > 0).Select(
            c => FormattableString.Invariant(
                $"{c.Value} {c.Key.Word().Replace("agrees", "agree", StringComparison.Ordinal)}"))
            .Concat(suite.NotApplicable.Select(n => $"{n.Oracle} not applicable: {n.Reason}")));

    private static Markup Errors(ReportedCheck check)
    {
        var errors = check.Suites.SelectMany(s => s.Shapes).Select(s => s.WorstErrorInBounds).ToList();
        var entries = Axis.Logarithmic(
            "entries of parameters and inputs", check.Suites.SelectMany(s => s.Shapes).Select(s => (double)s.Entries));
        var plot = new Plot(
            $"Error against size: {check.Derivation} on {check.Network}",
            FormattableString.Invariant($"The largest error in units of the rounding bound, by the number of entries of the case. {errors.Count(e => !(e <= 1))} of {errors.Count} shapes are above 1."),
            entries,
            Axis.Logarithmic("error in units of the bound", errors.Append(1)));
        return $"""
            <figure><figcaption><b>Error against size</b>: the worst case of each size. <span class="key exact">○</span> exact <span class="key real">■</span> real</figcaption>
            {plot.Of([.. Enum.GetValues<CaseKind>().Select(kind => plot.Marks(CaseId.Word(kind), Worst(check.Suites.Where(s => s.Kind == kind), entries))), plot.Limit, plot.Apart(errors)])}</figure>

            """;
    }

    // A sweep may have thousands of shapes; of those that would stand on one another the worst is shown.
    private static IEnumerable<(double X, double Y, string Title)> Worst(
        IEnumerable<ReportedSuite> suites, Axis entries) => suites
        .SelectMany(suite => suite.Shapes.Select(shape => (Suite: suite, Shape: shape))).GroupBy(
            s => (int)(entries.At(s.Shape.Entries) * Columns))
        .Select(group => group.MaxBy(s => (double.IsNaN(s.Shape.WorstErrorInBounds), s.Shape.WorstErrorInBounds)))
        .Select(s => ((double)s.Shape.Entries, s.Shape.WorstErrorInBounds,
            $"{s.Suite.Loss} {string.Join(' ', s.Shape.Shape.Select(d => FormattableString.Invariant($"{d.Key}={d.Value}")))}: {HtmlNumbers.Compact(s.Shape.WorstErrorInBounds)}, {s.Shape.Verdict.Word()}"));

    private static Markup Coverage(ReportedCheck check, List<ReportedShape> shapes) => $"""
        <figure><figcaption><b>Shapes drawn</b>: cases by the size of each dimension</figcaption>
        <div class=histograms>{shapes[0].Shape.Keys.Select(d => Histogram(check, d, shapes))}</div></figure>

        """;

    private static Markup Histogram(ReportedCheck check, string dimension, List<ReportedShape> shapes)
    {
        var sizes = shapes.Where(s => s.Shape.ContainsKey(dimension)).ToList();
        int smallest = sizes.Min(s => s.Shape[dimension]), largest = sizes.Max(s => s.Shape[dimension]), width = (largest - smallest) / WidestHistogram + 1;
        var counts = sizes.GroupBy(
            s => (s.Shape[dimension] - smallest) / width).ToDictionary(g => g.Key, g => g.Sum(s => s.Cases));
        var most = counts.Values.Max();
        var title = FormattableString.Invariant($"{dimension} from {smallest} to {largest}");
        var bar = 130.0 / ((largest - smallest) / width + 1);
        return $"""
            <svg class=histogram viewBox="0 0 150 86" role=img aria-label="{title}: {check.Derivation} on {check.Network}"><title>{title}</title><desc>{string.Join(", ", counts.OrderBy(c => c.Key).Select(c => $"{Range(smallest + c.Key * width, width)}: {HtmlNumbers.Count(c.Value, "case")}"))}</desc>
            <text class=label x="75" y="12" text-anchor=middle>{dimension}</text>
            {counts.OrderBy(c => c.Key).Select(c => (Markup)$"""<rect class=bar x="{10 + c.Key * bar}" width="{Math.Max(bar - 1.5, 1)}" y="{70 - 50.0 * c.Value / most}" height="{50.0 * c.Value / most}"><title>{dimension} = {Range(smallest + c.Key * width, width)}: {HtmlNumbers.Count(c.Value, "case")}</title></rect>""")}
            <line class=base x1="10" x2="140" y1="70" y2="70"/><text class=tick x="10" y="83">{smallest}</text><text class=tick x="140" y="83" text-anchor=end>{largest}</text></svg>
            """;
    }

    private static string Range(int first, int width) => width == 1
        ? FormattableString.Invariant($"{first}")
        : FormattableString.Invariant($"{first}–{first + width - 1}");
}

namespace GradOracle.Reports.Html;

/// <summary>Update runs: the loss by hand and by the optimiser, and how far they are apart.</summary>
internal static class UpdateSection
{
    private const int MostMarks = 80;

    public static Markup Of(IReadOnlyList<ReportedUpdate> updates) => updates.Count == 0 ? Markup.Nothing : $"""
        <section id=updates aria-labelledby=updates-heading>
        <h2 id=updates-heading>{(updates.Count == 1 ? "The update run" : "The update runs")}</h2>
        {updates.Select(Run)}</section>

        """;

    private static Markup Run(ReportedUpdate update) => $"""
        <article class=update>
        <h3>{update.Verdict.Glyph()} {CaseSection.On(update.Derivation, update.Network)} <small>{update.Rule}</small></h3>
        <p>{update.Sentence}</p>
        <dl class=facts>{CaseSection.Fact("from", $"<bdi>{update.Case}</bdi>")}{CaseSection.Fact("replay", CaseSection.Replay(update.Replay))}</dl>
        <div class=plots>{Losses(update)}{Errors(update)}</div>
        </article>

        """;

    private static Markup Losses(ReportedUpdate update)
    {
        var losses = update.Losses.Concat(update.ExpectedLosses).ToList();
        var plot = new Plot(
            $"Loss by step: {update.Derivation} on {update.Network}",
            update.Losses.Count == 0
                ? "No step was taken."
                : $"By hand from {HtmlNumbers.Compact(update.Losses[0])} to {HtmlNumbers.Compact(update.Losses[^1])}.",
            Axis.Linear("step", [0, update.Losses.Count - 1]),
            losses.TrueForAll(l => l > 0 || double.IsNaN(l))
                ? Axis.Logarithmic("loss", losses)
                : Axis.Linear("loss", losses));
        return $"""
            <figure><figcaption><b>Loss by step</b>. <span class="key exact">○</span> by hand <span class="key optimiser">━</span> by the optimiser</figcaption>
            {plot.Of(plot.Line("optimiser", update.ExpectedLosses), plot.Marks("exact", Points(update.Losses, "loss by hand")), plot.Apart([.. losses.Where(l => !double.IsFinite(l))]))}</figure>

            """;
    }

    private static Markup Errors(ReportedUpdate update)
    {
        var errors = update.StepErrorsInBounds.Concat(update.TrajectoryErrorsInBounds).ToList();
        var plot = new Plot(
            $"Error by step: {update.Derivation} on {update.Network}",
            FormattableString.Invariant(
                $"In units of the bound; {errors.Count(e => !(e <= 1))} of {errors.Count} are above 1."),
            Axis.Linear(
                "step", [0, Math.Max(update.StepErrorsInBounds.Count, update.TrajectoryErrorsInBounds.Count) - 1]),
            Axis.Logarithmic("error in units of the bound", errors.Append(1)));
        return $"""
            <figure><figcaption><b>Error by step</b>. <span class="key exact">○</span> one step from the same weights <span class="key real">■</span> the whole way</figcaption>
            {plot.Of(plot.Marks("exact", Points(update.StepErrorsInBounds, "one step")), plot.Marks("real", Points(update.TrajectoryErrorsInBounds, "the whole way")), plot.Limit, plot.Apart(errors))}</figure>

            """;
    }

    // Of a long run every so manieth step is marked, and the worst one always.
    private static IEnumerable<(double X, double Y, string Title)> Points(IReadOnlyList<double> values, string what) =>
        values
        .Select((value, step) => (Value: value, Step: step)).Chunk(
            (values.Count + MostMarks - 1) / MostMarks is var every and > 0 ? every : 1)
        .Select(some => some.MaxBy(p => (double.IsNaN(p.Value), p.Value)))
        .Select(
            p => (
                (double)p.Step,
                p.Value,
                FormattableString.Invariant($"step {p.Step}, {what}: {HtmlNumbers.Compact(p.Value)}")));
}

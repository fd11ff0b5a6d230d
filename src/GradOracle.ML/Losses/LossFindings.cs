using GradOracle.Messages;

namespace GradOracle.ML.Losses;

/// <summary>What a trial of a loss class shows to be wrong, in sentences.</summary>
internal static class LossFindings
{
    public static IEnumerable<string> Of(LossTrial trial, StatedLoss stated)
    {
        if (Worst(trial.Values) is { } value)
        {
            yield return Sentence("Loss is not the stated loss", value, "the statement", ConstantOffset(trial.Values));
        }

        if (Worst(trial.Slopes) is { } slope)
        {
            yield return Sentence(
                "Derivative is not the slope of the stated loss",
                slope,
                stated.Source,
                Factor(trial.Slopes));
        }

        if (Worst(trial.OwnSlopes) is { } own)
        {
            yield return Sentence(
                "Derivative is not the derivative of Loss",
                own,
                "differences of Loss",
                Factor(trial.OwnSlopes));
        }

        foreach (var (kink, label, received) in trial.Kinks)
        {
            if (!kink.Allows(received))
            {
                yield return string.Concat(
                    $"at the kink, {Compared.PlaceOf(kink.At, label)}, Derivative gives "
                        + $"{NumberFormat.Short(received)}: ",
                    $"not between the slopes {NumberFormat.Short(kink.Left)} and {NumberFormat.Short(kink.Right)}.");
            }
        }
    }

    // Among those that are wrong, the one that shows it best: the largest in bounds, NaN first.
    private static Compared? Worst(List<Compared> all)
    {
        var wrong = all.Where(c => !(c.Error <= 1)).ToList();
        return wrong.Count == 0 ? null : wrong.MaxBy(c => c.Error);
    }

    private static string Sentence(string what, Compared worst, string source, string? hint) => string.Concat(
        $"{what}: at {worst.Place} it is {NumberFormat.Full(worst.Received)}, {source} gives "
            + $"{NumberFormat.Full(worst.Expected)} ± {NumberFormat.Width(worst.Bound)}.",
        hint is null ? "" : $" {hint}");

    // A difference that is the same for all outputs of a label changes no gradient.
    private static string? ConstantOffset(List<Compared> values)
    {
        foreach (var label in values.GroupBy(v => v.Label))
        {
            var first = label.First();
            var offset = first.Received - first.Expected;
            if (!label.All(v => Math.Abs(v.Received - v.Expected - offset) <= v.Bound + first.Bound))
            {
                return null;
            }
        }

        return "The difference depends on the label alone: it changes no gradient.";
    }

    // By what it is off, where that is one thing everywhere.
    private static string? Factor(List<Compared> slopes)
    {
        var told = slopes.Where(s => s.TellsSomething && s.Expected != 0 && s.Received != 0).ToList();
        if (told.Count < 10)
        {
            return null;
        }

        bool IsOff(Func<Compared, double> by) => told.All(
            s => Math.Abs(s.Received - s.Expected * by(s)) <= 0.02 * Math.Abs(s.Received));
        var factor = told[told.Count / 2].Received / told[told.Count / 2].Expected;
        return IsOff(_ => -1) ? "Its sign is turned."
            : IsOff(_ => 1) ? null
            : IsOff(_ => factor) ? $"It is {NumberFormat.Short(factor)} times what it should be."
            : IsOff(s => s.Output) ? "It is off by the factor output: the derivative by the logarithm of the output."
            : IsOff(s => 1 / (double)s.Output) ? "It is off by the factor 1/output."
            : null;
    }
}

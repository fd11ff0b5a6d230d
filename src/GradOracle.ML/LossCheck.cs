using GradOracle.Messages;
using GradOracle.ML.Losses;
using Microsoft.ML.Trainers;

namespace GradOracle.ML;

/// <summary>Holds a loss class of ML.NET against a statement of the loss.</summary>
/// <remarks>
/// Four comparisons: <c>Loss</c> and the statement; <c>Derivative</c> and the statement's slope; <c>Derivative</c> and
/// differences of the class's own <c>Loss</c>, which need no statement; and the statement's slope by two ways. Bounds
/// are those of float arithmetic.
/// </remarks>
public static class LossCheck
{
    private const int ExtremesShown = 3;

    /// <inheritdoc cref="LossAssert.Agrees(IScalarLoss, Func{Node, Node, Node}, LossRange)"/>
    /// <returns>The verdict and the report.</returns>
    /// <exception cref="BadInputException">The range is empty, or the statement fails.</exception>
    public static MLResult Of(IScalarLoss loss, Func<Node, Node, Node> stated, LossRange? range = null)
    {
        ArgumentNullException.ThrowIfNull(stated);
        return Of(loss, new GraphLoss(stated, range?.Written), range ?? new());
    }

    /// <inheritdoc cref="Of(IScalarLoss, Func{Node, Node, Node}, LossRange)"/>
    public static MLResult Of(IScalarLoss loss, Loss stated, LossRange? range = null)
    {
        ArgumentNullException.ThrowIfNull(stated);
        var inputs = new Inputs(new Shape(("m", 1), ("B", 1)));
        return Of(loss, (o, y) => stated.Entries(o, y, inputs), range);
    }

    /// <inheritdoc cref="Of(IScalarLoss, Func{Node, Node, Node}, LossRange)"/>
    public static MLResult Of(IScalarLoss loss, Func<double, double, double> stated, LossRange? range = null)
    {
        ArgumentNullException.ThrowIfNull(stated);
        return range?.Written is null
            ? Of(loss, new FormulaLoss(stated), range ?? new())
            : throw new BadInputException(
                "A formula in double has no steps to be written otherwise: state the loss as a graph to use Written.");
    }

    private static MLResult Of(IScalarLoss loss, StatedLoss stated, LossRange range)
    {
        ArgumentNullException.ThrowIfNull(loss);
        range.Validate();
        var trial = new LossTrial(loss, stated, range);
        var findings = LossFindings.Of(trial, stated).ToList();
        var told = trial.Slopes.Count(slope => slope.TellsSomething);
        var verdict = findings.Count > 0 ? Verdict.Disagrees
            : trial.Sources.Any(source => !(source.Error <= 1)) ? Verdict.OraclesDisagree
            : told == 0 || trial.OwnSlopes.All(slope => !slope.TellsSomething) ? Verdict.Inconclusive
            : Verdict.Agrees;
        var summary = string.Concat(
            $"Loss {Apart(trial.Values)}, Derivative {Apart(trial.Slopes)} from {stated.Source}, "
                + $"{Apart(trial.OwnSlopes)} from differences of Loss; ",
            $"{trial.Values.Count(value => value.TellsSomething)} of {trial.Values.Count} losses and {told} "
                + $"of {trial.Slopes.Count} slopes are held to better than 1 %. The bound: {stated.Basis}",
            range.Allowance == 1 ? "." : $", times {NumberFormat.Full(range.Allowance)}.");
        return new(loss.GetType().Name, verdict, summary, findings, [.. Remarks(trial)]);
    }

    private static string Apart(List<Compared> all) =>
        all.Count == 0 ? "not compared" : $"at most {NumberFormat.InBounds(all.Max(c => c.Error))} of the bound";

    private static IEnumerable<string> Remarks(LossTrial trial)
    {
        foreach (var (kink, label, received) in trial.Kinks)
        {
            yield return string.Concat(
                $"kink at {Compared.PlaceOf(kink.At, label)}: ",
                $"Derivative gives {NumberFormat.Short(received)}, the slopes are "
                    + $"{NumberFormat.Short(kink.Left)} and {NumberFormat.Short(kink.Right)}");
        }

        if (trial.Overflows > 0)
        {
            yield return $"at {trial.Overflows} points no float can hold the loss or its slope: they were left out";
        }

        foreach (var extreme in trial.Extremes.Take(ExtremesShown))
        {
            yield return extreme;
        }

        if (trial.Extremes.Count > ExtremesShown)
        {
            yield return $"and so at {trial.Extremes.Count - ExtremesShown} more outputs far out";
        }
    }
}

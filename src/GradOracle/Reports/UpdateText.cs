using System.Globalization;
using System.Text;
using GradOracle.Messages;
using GradOracle.Updates;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>A run of updates as text: the curve of its losses, some of its steps, the verdict, and what runs it
/// again.</summary>
internal static class UpdateText
{
    private const string Optimiser = "torch.optim.SGD";
    private const string ByHand = "by hand";
    private static readonly int[] s_firstOfDecade = [1, 2, 5];

    /// <summary>The lines of a run.</summary>
    public static string Of(UpdateResult result, ReplayLine? replay = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{PlainText.Line(result.Case)}\n{result.Rule}; {Count(result.Steps.Count, "step")}{(result.Steps.Count < result.StepsAskedFor ? $" of {result.StepsAskedFor}" : "")}\n\n");
        foreach (var line in LossCurve.Of([.. result.Losses]))
        {
            text.Append(line).Append('\n');
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"\n{"step",7}  {"loss by hand",22}  {"loss by torch",22}  {"step/bound",10}  {"run/bound",9}\n");
        var (losses, expected) = (result.Losses.ToList(), result.ExpectedLosses.ToList());
        foreach (var k in Shown(result.Steps.Count))
        {
            var (step, run) = k == 0
                ? ("–", "–")
                : (
                    Error(result.Steps[k - 1].ErrorInBounds, result.Steps[k - 1].IsExact),
                    Error(result.Steps[k - 1].RunErrorInBounds, false));
            text.Append(
                CultureInfo.InvariantCulture,
                $"{k,7}  {NumberFormat.Full(losses[k]),22}  {NumberFormat.Full(expected[k]),22}  {step,10}  {run,9}\n");
        }

        return text.Append('\n').Append(Finding(result, replay)).ToString();
    }

    /// <summary>What was found, without the curve and the steps.</summary>
    public static string Finding(UpdateResult result, ReplayLine? replay = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var line = (replay ?? ReplayLine.InCSharp).Of(result);
        var sentence = $"{result.Verdict.Mark()} {PlainText.Line(Sentence(result))}\n";
        return result.Failure is { } failure
            ? $"{sentence}{CaseText.Of(CaseReport.Of(result.Derivation, failure) with { Expected = Optimiser, Actual = ByHand, Agreement = result.Explanation, Replay = line })}"
            : $"{sentence}  replay: {PlainText.Line(line)}\n";
    }

    /// <summary>The verdict in one sentence.</summary>
    public static string Sentence(UpdateResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Verdict switch
        {
            Verdict.Agrees => $"the update by hand agrees with {Optimiser}: {Agreement(result)}{(result.Remark is null ? "" : $"; {Growth(result)}")}.",
            Verdict.Inconclusive => $"inconclusive: {result.Remark}.",
            _ when result.Failure is null => $"not comparable: {result.Remark}.",
            Verdict.NotComparable => $"not comparable with {Optimiser}: {result.FailedAt}, {Reason(result.Failure)}.",
            _ => $"the update by hand disagrees with {Optimiser}: {result.FailedAt}.",
        };
    }

    /// <summary>The run as a value for reports of every form.</summary>
    public static ReportedUpdate Reported(UpdateResult result, ReplayLine? replay = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new()
        {
            Network = result.Derivation.Network.Name,
            Derivation = result.Derivation.Name,
            Case = result.Case,
            Rule = result.Rule.ToString(),
            Verdict = result.Verdict,
            Sentence = result.Explanation is { } insight
                ? $"{Sentence(result).TrimEnd('.')}; {insight}."
                : Sentence(result),
            Losses = [.. result.Losses],
            ExpectedLosses = [.. result.ExpectedLosses],
            StepErrorsInBounds = [.. result.Steps.Select(s => s.ErrorInBounds)],
            TrajectoryErrorsInBounds = [.. result.Steps.Select(s => s.RunErrorInBounds)],
            Replay = (replay ?? ReplayLine.InCSharp).Of(result),
        };
    }

    private static string Reason(CaseComparison failure) =>
        failure.Tensors.First(t => t.Reason is not null) is var tensor ? $"{tensor.Name}: {tensor.Reason}" : "";

    private static string Agreement(UpdateResult result)
    {
        var (all, exact, silent) = (
            result.Steps.Count, result.Steps.Count(s => s.IsExact), result.Steps.Count(s => !s.IsInformative));
        var worst = result.Steps.Max(s => s.ErrorInBounds);
        var rounded = worst == 0
            ? "equal where rounding could tell them apart"
            : $"within {NumberFormat.Short(worst)} of the rounding bound";
        var steps = exact == all ? $"{Count(all, "step")} from the same weights bit for bit"
            : exact == 0 ? $"{Count(all, "step")} from the same weights, {rounded}"
            : $"{Count(all, "step")} from the same weights, {exact} of them exact and so bit for bit, the others {rounded}";
        var quiet = silent == 0 ? "" : $" ({silent} of them too small to tell from rounding)";
        var runs = result.Distance == 0 ? "the two runs end at the same weights" : $"the two runs end {NumberFormat.Short(result.Distance)} apart and stay within {NumberFormat.Short(result.Steps.Max(s => s.RunErrorInBounds))} of the bound on that";
        return $"{steps}{quiet}; {runs}";
    }

    private static string Growth(UpdateResult result) =>
        $"{result.Remark} (from {NumberFormat.Short(result.Steps[0].Loss)} to {NumberFormat.Short(result.FinalLoss.ByHand)})";

    // 0, 1, 2, 5, 10, 20, 50, … and the last.
    private static IEnumerable<int> Shown(int steps) =>
        Enumerable.Range(0, 7).SelectMany(
            decade => s_firstOfDecade.Select(
                f => f * (int)Math.Pow(10, decade))).TakeWhile(k => k < steps).Prepend(0).Append(steps).Distinct();

    private static string Error(double inBounds, bool isExact) =>
        isExact && inBounds == 0 ? "exact" : double.IsPositiveInfinity(inBounds) ? "∞" : NumberFormat.Short(inBounds);

    private static string Count(int count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}

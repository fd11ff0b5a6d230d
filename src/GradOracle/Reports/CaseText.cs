using GradOracle.Messages;

namespace GradOracle.Reports;

/// <summary>What a line of a case's text says, for whoever gives it a colour.</summary>
internal enum CaseLine
{
    /// <summary>The mark of the verdict and the name of the case.</summary>
    Heading,

    /// <summary>A tensor that does not agree.</summary>
    Wrong,

    /// <summary>Tensors that agree.</summary>
    Right,

    /// <summary>What is wrong, in words.</summary>
    Diagnosis,

    /// <summary>Who agrees with whom; the test it comes from; the smallest case that fails alike.</summary>
    Evidence,

    /// <summary>What checks the case again.</summary>
    Replay,
}

/// <summary>One case as text: place, numbers, meaning and replay, in a few lines of a terminal.</summary>
internal static class CaseText
{
    private const int FewTensors = 3;
    private const int ManyTensors = 16;

    /// <summary>The text of a case.</summary>
    public static string Of(ReportedCase reported) =>
        string.Concat(Lines(reported).Select(l => $"{PlainText.Line(l.Text)}\n"));

    /// <summary>The lines of a case.</summary>
    public static IEnumerable<(CaseLine Line, string Text)> Lines(ReportedCase reported)
    {
        ArgumentNullException.ThrowIfNull(reported);
        return
        [
            (CaseLine.Heading, $"{reported.Verdict.Mark()} {reported.Name}"),
            .. Tensors(reported).Select(l => (l.Line, $"  {l.Text}")),
            .. reported.FirstWrong is { } first ? [(CaseLine.Diagnosis, $"  {first}")] : ((CaseLine, string)[])[],
            .. DiagnosisLines(reported.Diagnosis, reported.Unexplained).Select(d => (CaseLine.Diagnosis, $"  {d}")),
            .. reported.Agreement is { } agreement ? [(CaseLine.Evidence, $"  {agreement}")] : ((CaseLine, string)[])[],
            .. reported.Detour is { } detour
                ?
                [
                    (CaseLine.Evidence, $"  held to the rounding bound, not to equality: {detour}")
                ] : ((CaseLine, string)[])[],
            .. reported.Test is { } test ? [(CaseLine.Evidence, $"  test: {test}")] : ((CaseLine, string)[])[],
            (CaseLine.Replay, $"  replay: {reported.Replay}"),
            .. reported.Smallest is { } smallest ? SmallestText.Lines(reported, smallest) : [],
        ];
    }

    /// <summary>A diagnosis, a line for each mistake found and for each gradient that stays unexplained.</summary>
    public static IEnumerable<string> DiagnosisLines(
        IEnumerable<ReportedExplanation> explanations, IEnumerable<string> unexplained) =>
    [
        .. explanations.Select(e => FormattableString.Invariant($"diagnosis: {e.Sentence} (residual {NumberFormat.Short(e.Residual)} in {e.Cases} {(e.Cases == 1 ? "case" : "cases")})")),
        .. unexplained.Select(u => $"no diagnosis: {u}"),
    ];

    /// <summary>What was found about one tensor: <c>6 of 6 entries differ; worst [1,0]: autograd 7, derivation
    /// 3</c>.</summary>
    public static string Finding(ReportedCase reported, ReportedTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(reported);
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Verdict switch
        {
            Verdict.Agrees => Agrees(tensor),
            Verdict.Disagrees =>
                $"{Differing(tensor)}{Worst(reported, tensor)}{(tensor.Reason is { } reason ? $"; {reason}" : "")}",
            Verdict.Inconclusive => $"inconclusive: {tensor.Reason}{Worst(reported, tensor)}",
            _ => $"not comparable: {tensor.Reason}",
        };
    }

    private static string Agrees(ReportedTensor tensor) =>
        tensor.IsZero ? "agrees (zero here)" : tensor.IsEstimated ? "agrees (estimated)" : "agrees";

    private static string Differing(ReportedTensor tensor) => tensor.Differing == 0
        ? "no entry differs by more than the bound"
        : FormattableString.Invariant($"{tensor.Differing} of {(long)tensor.Rows * tensor.Columns} entries differ");

    private static IEnumerable<(CaseLine Line, string Text)> Tensors(ReportedCase reported)
    {
        IReadOnlyList<ReportedTensor> gradients = [.. reported.OnTheWayBack ?? [], .. reported.Gradients];
        if (reported.Gradients.Count == 0)
        {
            return [(CaseLine.Wrong, $"the forward outputs {(reported.Forward.Reason is null ? "differ" : "cannot be compared")}, so gradients are not compared"), (CaseLine.Wrong, Line(reported, reported.Forward))];
        }

        // A derivation that fails has no gradient at all: once is enough.
        if (gradients.All(
                t => t.Reason is not null && t.Reason == gradients[0].Reason && t.Verdict == Verdict.NotComparable))
        {
            return [(CaseLine.Wrong, $"all gradients not comparable: {gradients[0].Reason}")];
        }

        var agreeing = gradients.Where(
            t => t.Verdict == Verdict.Agrees).Select(t => $"{Label(t)} {Agrees(t)}").ToList();
        return
        [
            .. Alike(gradients.Prepend(reported.Forward).Where(t => t.Verdict != Verdict.Agrees)).Select(
                t => (CaseLine.Wrong, Line(reported, t))),
            .. agreeing.Count > 0 ? [(CaseLine.Right, Shortened(agreeing))] : ((CaseLine, string)[])[],
        ];
    }

    // Through hundreds of steps the same is said of hundreds of inputs: a few tensors with one reason speak for all
    // that have it.
    private static IEnumerable<IReadOnlyList<ReportedTensor>> Alike(IEnumerable<ReportedTensor> tensors)
    {
        foreach (var group in tensors.GroupBy(t => t.Verdict == Verdict.NotComparable ? t.Reason : t.Name))
        {
            var members = group.ToList();
            foreach (var line in members.Count > FewTensors ? [members] : members.Select(t => (IReadOnlyList<ReportedTensor>)[t]))
            {
                yield return line;
            }
        }
    }

    private static string Shortened(List<string> agreeing) => agreeing.Count <= ManyTensors
        ? string.Join("   ", agreeing)
        : FormattableString.Invariant(
            $"{string.Join("   ", agreeing.Take(FewTensors))}   and {agreeing.Count - FewTensors} more");

    private static string Label(ReportedTensor tensor) => $"{tensor.Name} {tensor.Axes}";

    private static string Line(ReportedCase reported, IReadOnlyList<ReportedTensor> alike) => alike.Count == 1
        ? Line(reported, alike[0])
        : FormattableString.Invariant($"{string.Join(", ", alike.Take(FewTensors).Select(Label))} and {alike.Count - FewTensors} more {Finding(reported, alike[0])}");

    private static string Line(ReportedCase reported, ReportedTensor tensor) =>
        $"{Label(tensor),-9} {Finding(reported, tensor)}";

    private static string Worst(ReportedCase reported, ReportedTensor tensor)
    {
        if (tensor.Worst is not [var worst, ..])
        {
            return "";
        }

        var values = FormattableString.Invariant($"; worst {tensor.PlaceOf(worst)}: {reported.Expected} {NumberFormat.Full(worst.Expected)}, {reported.Actual} {NumberFormat.Full(worst.Actual)}");
        var explains = $"{(tensor.IsEstimated ? "about " : "")}{NumberFormat.Short(worst.Bound)}";
        return worst.Bound == 0
            ? values
            : $"{values}, apart by {NumberFormat.Short(Math.Abs(worst.Expected - worst.Actual))} where rounding explains {explains}";
    }
}

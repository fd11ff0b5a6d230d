using System.Text;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>One case as text: place, numbers, meaning and replay, in a few lines of a terminal.</summary>
public static class CaseText
{
    /// <summary>The lines of one case.</summary>
    /// <param name="comparison">The case.</param>
    /// <param name="expected">Whose values are expected.</param>
    /// <param name="actual">Whose values are on trial.</param>
    /// <param name="insights">What is known beyond the comparison: a line each, before the replay.</param>
    public static string Of(CaseComparison comparison, string expected = "autograd", string actual = "derivation", IReadOnlyList<string>? insights = null)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var text = new StringBuilder();
        text.Append(Mark(comparison.Verdict)).Append(' ').Append(comparison.Name).Append('\n');
        if (comparison.Tensors.Count == 0)
        {
            text.Append($"  the forward outputs differ, so gradients are not compared\n  {Line(comparison.Forward, expected, actual)}\n");
        }

        // A derivation that fails has no gradient at all: once is enough.
        if (comparison.Tensors.Count > 0 && comparison.Tensors.All(t => t.Reason is not null && t.Reason == comparison.Tensors[0].Reason && t.Verdict == Verdict.NotComparable))
        {
            return text.Append($"  all gradients not comparable: {comparison.Tensors[0].Reason}\n").Append(Ending(comparison, insights)).ToString();
        }

        foreach (var tensor in comparison.Tensors.Prepend(comparison.Forward).Where(t => t.Verdict != Verdict.Agrees && comparison.Tensors.Count > 0))
        {
            text.Append("  ").Append(Line(tensor, expected, actual)).Append('\n');
        }

        var agreeing = comparison.Tensors.Where(t => t.Verdict == Verdict.Agrees).Select(t => $"{Label(t)} agrees").ToList();
        if (agreeing.Count > 0)
        {
            text.Append("  ").AppendJoin("   ", agreeing).Append('\n');
        }

        return text.Append(Ending(comparison, insights)).ToString();
    }

    private static string Ending(CaseComparison comparison, IReadOnlyList<string>? insights) => string.Concat(
        [.. (insights ?? (comparison.Panel is { } panel ? [panel.Sentence] : [])).Select(i => $"  {i}\n"), $"  replay: {comparison.Replay}\n"]);

    /// <summary>The mark of a verdict at the head of a line.</summary>
    public static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Agrees => "✓",
        Verdict.Inconclusive => "?",
        _ => "✗",
    };

    private static string Label(TensorComparison tensor) => $"{tensor.Name} {tensor.Rows}×{tensor.Columns}";

    private static string Line(TensorComparison tensor, string expected, string actual)
    {
        var label = $"{Label(tensor),-9}";
        return tensor.Verdict switch
        {
            Verdict.Agrees => $"{label} agrees",
            Verdict.Disagrees => $"{label} {tensor.Differing} of {tensor.Rows * tensor.Columns} entries differ; {Worst(tensor.Worst!, expected, actual)}",
            Verdict.Inconclusive => $"{label} inconclusive: {tensor.Reason}; {Worst(tensor.Worst!, expected, actual)}",
            _ => $"{label} not comparable: {tensor.Reason}",
        };
    }

    private static string Worst(EntryComparison worst, string expected, string actual)
    {
        var values = $"worst [{worst.Row},{worst.Column}]: {expected} {NumberFormat.Full(worst.Expected)}, {actual} {NumberFormat.Full(worst.Actual)}";
        return worst.Bound == 0
            ? values
            : $"{values}, apart by {NumberFormat.Short(Math.Abs(worst.Expected - worst.Actual))} where rounding explains {NumberFormat.Short(worst.Bound)}";
    }
}

using System.Text;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>An examination as text: the case, the diagnosis, who agrees with whom, and the smallest failure with its matrices.</summary>
public static class ExaminationText
{
    private const int WidestLine = 100;
    private const int LargestMatrix = 36;

    /// <summary>The lines of an examination.</summary>
    public static string Of(Examination examination)
    {
        ArgumentNullException.ThrowIfNull(examination);
        var text = new StringBuilder(CaseText.Of(examination.Comparison, insights: [.. DiagnosisLines(examination.Diagnosis), examination.Panel.Sentence]));
        var smallest = examination.Smallest;
        var isSmaller = smallest.Comparison.Name != examination.Comparison.Name;
        if (isSmaller)
        {
            text.Append($"  the same failure in small: {smallest.Comparison.Name}\n");
        }

        if (smallest.Case.Tensors.All(t => t.Length <= LargestMatrix))
        {
            Wrapped(text, [.. smallest.Case.Tensors.Select(t => $"{t.Name} {Matrix(t)}")]);
            foreach (var wrong in smallest.Comparison.Tensors.Where(t => t.Verdict == Verdict.Disagrees))
            {
                Wrapped(text, [$"∂{wrong.Name}: autograd {Matrix(smallest.Autograd[wrong.Name])},", $"derivation {Matrix(smallest.Received[wrong.Name])}"]);
            }
        }

        if (isSmaller)
        {
            text.Append($"    replay: {smallest.Comparison.Replay}\n");
        }

        return text.ToString();
    }

    /// <summary>A diagnosis, a line for each mistake found and for each gradient that stays unexplained.</summary>
    public static IEnumerable<string> DiagnosisLines(Diagnosis? diagnosis) => diagnosis is null
        ? []
        : [
            .. diagnosis.Explanations.Select(e => $"diagnosis: {e.Sentence} (residual {NumberFormat.Short(e.Residual)} in {e.Cases} {(e.Cases == 1 ? "case" : "cases")})"),
            .. diagnosis.Unexplained.Select(u => $"no diagnosis: {u}"),
        ];

    private static void Wrapped(StringBuilder text, IReadOnlyList<string> parts)
    {
        var line = "   ";
        foreach (var part in parts)
        {
            if (line.Length + part.Length > WidestLine && line.Trim().Length > 0)
            {
                text.Append(line).Append('\n');
                line = "   ";
            }

            line += $" {part}";
        }

        text.Append(line).Append('\n');
    }

    // As MATLAB and Julia write it: rows parted by semicolons.
    private static string Matrix(TensorStack stack) =>
        $"[{string.Join("; ", stack[0].ToArray().Chunk(stack.Columns).Select(row => string.Join(' ', row.Select(NumberFormat.Full))))}]";
}

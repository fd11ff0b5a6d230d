using GradOracle.Messages;

namespace GradOracle.Onnx;

/// <summary>What a check found; <see cref="object.ToString"/> is the report.</summary>
public sealed class OnnxResult
{
    private readonly string _subject;
    private readonly IReadOnlyList<string> _counts;

    internal OnnxResult(
        string subject,
        Verdict verdict,
        IReadOnlyList<string> counts,
        IReadOnlyList<string> findings,
        IReadOnlyList<string> notApplicable)
    {
        (_subject, _counts) = (subject, counts);
        (Verdict, Findings, NotApplicable) = (verdict, findings, notApplicable);
    }

    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; }

    /// <summary>The first cases that do not agree, a sentence each; empty where all do.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>What OnnxRuntime cannot score, and why: it has not every operator in float64.</summary>
    public IReadOnlyList<string> NotApplicable { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var lines = new List<string> { $"{Verdict.Mark()} {_subject}: {Verdict.Word()}" };
        lines.AddRange(_counts.Select(count => $"  {count}"));
        lines.AddRange(Findings.Select(finding => $"  {finding}"));
        lines.AddRange(NotApplicable.Select(reason => $"  ({reason})"));
        return string.Join("\n", lines.Select(PlainText.Lines));
    }

    /// <summary>Throws unless it agrees.</summary>
    internal void Require()
    {
        if (Verdict != Verdict.Agrees)
        {
            throw new OnnxDisagreementException(ToString());
        }
    }
}

using GradOracle.Messages;

namespace GradOracle.ML;

/// <summary>What a check found; <see cref="object.ToString"/> is the report.</summary>
public sealed class MLResult
{
    private readonly string _subject;
    private readonly string _summary;

    internal MLResult(
        string subject, Verdict verdict, string summary, IReadOnlyList<string> findings, IReadOnlyList<string> remarks)
    {
        (_subject, _summary) = (subject, summary);
        (Verdict, Findings, Remarks) = (verdict, findings, remarks);
    }

    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; }

    /// <summary>What is wrong, a sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>What is worth knowing and decides nothing: kinks, extremes, what the check cannot see.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var lines = new List<string> { $"{Verdict.Mark()} {_subject}: {Verdict.Word()}: {_summary}" };
        lines.AddRange(Findings.Select(finding => $"  {finding}"));
        lines.AddRange(Remarks.Select(remark => $"  ({remark})"));
        return string.Join("\n", lines.Select(PlainText.Lines));
    }

    /// <summary>Throws unless it agrees.</summary>
    internal void Require()
    {
        if (Verdict != Verdict.Agrees)
        {
            throw new DisagreementException(ToString());
        }
    }
}

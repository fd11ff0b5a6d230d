using GradOracle.Messages;

namespace GradOracle;

/// <summary>What the check of a backward pass found.</summary>
public sealed class BackwardResult
{
    internal BackwardResult(string subject, Verdict verdict, string summary, IReadOnlyList<string> findings)
    {
        (Subject, Verdict, Summary, Findings) = (subject, verdict, summary, findings);
    }

    /// <summary>What was checked.</summary>
    public string Subject { get; }

    /// <summary>
    /// Agrees, disagrees, inconclusive (the differences cannot tell) or not comparable (there is no gradient to
    /// compare).
    /// </summary>
    public Verdict Verdict { get; }

    /// <summary>Whether every gradient agrees with the differences and nothing else was found.</summary>
    public bool Agrees => Verdict == Verdict.Agrees;

    /// <summary>What was compared, and how near it came.</summary>
    public string Summary { get; }

    /// <summary>What is wrong, one sentence each, the worst first.</summary>
    public IReadOnlyList<string> Findings { get; }

    /// <summary>The verdict in one line and each finding on a line of its own.</summary>
    public override string ToString()
    {
        var head =
            Agrees ? $"{Subject} agrees with its differences: {Summary}" : $"{Subject}: {Verdict.Word()}: {Summary}";
        return PlainText.Lines(
            $"{Verdict.Mark()} {head}\n{string.Join("\n", Findings.Select(f => $"  {f}"))}".TrimEnd());
    }
}

namespace GradOracle.Oracles;

/// <summary>What an oracle that was asked about a batch says.</summary>
/// <param name="Oracle">The oracle.</param>
/// <param name="Answer">Its answer; null where it cannot serve the batch.</param>
/// <param name="Reason">Why it cannot; null where it can.</param>
internal sealed record OracleReply(IOracle Oracle, OracleAnswer? Answer, string? Reason)
{
    /// <summary>Why it cannot serve a case; null where it can.</summary>
    public string? ReasonOf(int index) => Reason ?? Answer!.NotApplicable?[index];
}

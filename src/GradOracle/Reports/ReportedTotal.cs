using System.Text.Json.Serialization;

namespace GradOracle.Reports;

/// <summary>How many of what a run of tests checked, so that a report does not count failures among failures.</summary>
/// <param name="What">fixture, or derivation.</param>
/// <param name="Checked">How many were held against what is expected of them.</param>
/// <param name="Failing">How many of them failed.</param>
internal sealed record ReportedTotal(string What, int Checked, int Failing)
{
    /// <summary>What it is of approved gradients.</summary>
    public const string Fixture = "fixture";

    /// <summary>What it is of agreement with autograd.</summary>
    public const string Derivation = "derivation";

    /// <summary>The total in words: <c>44 of 145 fixtures do not hold</c>; null where nothing was checked.</summary>
    [JsonIgnore]
    public string? Sentence
    {
        get
        {
            var (hold, holds) = What == Fixture ? ("hold", "holds") : ("agree with autograd", "agrees with autograd");
            return (Checked, Failing) switch
            {
                (0, _) => null,
                (1, 0) => $"1 {What} {holds}",
                (1, _) => $"1 {What} does not {hold}",
                (_, 0) => FormattableString.Invariant($"all {Checked} {What}s {hold}"),
                (_, 1) => FormattableString.Invariant($"1 of {Checked} {What}s does not {hold}"),
                _ => FormattableString.Invariant($"{Failing} of {Checked} {What}s do not {hold}"),
            };
        }
    }
}

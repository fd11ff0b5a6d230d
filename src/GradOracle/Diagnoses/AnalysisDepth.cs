namespace GradOracle.Diagnoses;

/// <summary>How much of the findings of one check is looked into and told.</summary>
/// <param name="Cases">How many findings it has at most.</param>
/// <param name="Examined">How many of them are looked into at most, some tenths of a second each; one of each kind of
/// failure.</param>
/// <param name="InFull">How many have their matrices.</param>
internal sealed record AnalysisDepth(int Cases, int Examined, int InFull)
{
    /// <summary>What fits a terminal.</summary>
    public static AnalysisDepth Terminal { get; } = new(3, 1, 0);

    /// <summary>What a person wants to look around in.</summary>
    public static AnalysisDepth Page { get; } = new(100, 8, 24);
}

namespace GradOracle;

/// <summary>What a comparison found, from best to worst.</summary>
public enum Verdict
{
    /// <summary>Equal (exact cases), or no further apart than rounding can explain (real cases).</summary>
    Agrees,

    /// <summary>No further apart than rounding can explain, but neither the proven bound nor the estimate is narrow
    /// enough to tell anything.</summary>
    Inconclusive,

    /// <summary>The derivation agrees with autograd, but another oracle that was asked does not: one of the oracles is
    /// wrong, or both are.</summary>
    OraclesDisagree,

    /// <summary>Further apart than two correct evaluations can be.</summary>
    Disagrees,

    /// <summary>There is nothing to compare: a gradient is missing, has another size, is not finite, or the forward
    /// outputs differ.</summary>
    NotComparable,
}

/// <summary>The words and marks for verdicts.</summary>
internal static class VerdictWords
{
    /// <summary>The mark of a verdict at the head of a line.</summary>
    public static string Mark(this Verdict verdict) => verdict switch
    {
        Verdict.Agrees => "✓",
        Verdict.Inconclusive => "?",
        _ => "✗",
    };

    /// <summary>The verdict as reports write it.</summary>
    public static string Word(this Verdict verdict) => verdict switch
    {
        Verdict.Agrees => "agrees",
        Verdict.Inconclusive => "inconclusive",
        Verdict.OraclesDisagree => "oracles disagree",
        Verdict.Disagrees => "disagrees",
        _ => "not comparable",
    };
}

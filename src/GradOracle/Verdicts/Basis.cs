namespace GradOracle.Verdicts;

/// <summary>What the verdict on a tensor rests on.</summary>
internal enum Basis
{
    /// <summary>Nothing is rounded: right gradients are equal.</summary>
    Exact,

    /// <summary>A theorem on the roundings of every evaluation it names.</summary>
    Proven,

    /// <summary>What some runs with random rounding are apart, where the theorem tells nothing.</summary>
    Estimated,
}

namespace GradOracle.Gallery;

/// <summary>A network that people differentiate by hand: its statement, a readable derivation, other ways in which
/// people write it, and the mistakes that they really make in it.</summary>
/// <param name="Network">The network, its forward stated once.</param>
/// <param name="Derivation">The derivation to read: forward, then backward, one term for each use.</param>
internal sealed record Recipe(Network Network, Derivation Derivation)
{
    /// <summary>The same gradients written in other ways: collapsed formulas, other layouts.</summary>
    public IReadOnlyList<Derivation> Others { get; init; } = [];

    /// <summary>Wrong derivations, each one line away from the right one.</summary>
    public IReadOnlyList<Trial> Mistakes { get; init; } = [];

    /// <summary>The derivation in lines of mathematics, forward and backward, as a person would want to read
    /// it.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The sizes of the cases that are kept as fixtures: small enough to read; null where none are.</summary>
    public Shape? Kept { get; init; }
}

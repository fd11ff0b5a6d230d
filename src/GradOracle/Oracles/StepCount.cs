namespace GradOracle.Oracles;

/// <summary>What the terms of a quantity have been through, at most.</summary>
/// <param name="Roundings">κ: how many roundings any one term of the expanded sum has passed.</param>
/// <param name="Halvings">e: on exact cases every partial sum is a multiple of 2⁻ᵉ; −1 where it is a multiple of no power of two.</param>
internal readonly record struct StepCount(int Roundings, int Halvings)
{
    /// <summary>The count of a product of two quantities, each with its own history.</summary>
    public StepCount Then(StepCount next) =>
        new(Roundings + next.Roundings, Halvings < 0 || next.Halvings < 0 ? -1 : Halvings + next.Halvings);

    /// <summary>The count of a sum of two quantities, without the rounding of the addition itself.</summary>
    public StepCount Or(StepCount other) =>
        new(Math.Max(Roundings, other.Roundings), Halvings < 0 || other.Halvings < 0 ? -1 : Math.Max(Halvings, other.Halvings));

    /// <summary>As many roundings more.</summary>
    public StepCount Plus(int roundings) => this with { Roundings = Roundings + roundings };
}

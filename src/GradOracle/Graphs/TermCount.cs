namespace GradOracle.Graphs;

/// <summary>What the terms of a value, expanded in the leaves, have been through at most.</summary>
/// <param name="Roundings">κ: how many roundings any one term has passed, wherever its last sum begins and in whatever
/// order it is added up.</param>
/// <param name="FractionBits">Every partial sum on integers is a multiple of 2⁻ᵉ, this e; −1 where it is a multiple of
/// no power of two.</param>
/// <param name="Degree">The degree as a polynomial in all leaves; −1 where it is none.</param>
internal readonly record struct TermCount(int Roundings, int FractionBits, int Degree)
{
    /// <summary>How many additions the last sum has: sums of sums may be added up in one, so that every term passes
    /// all of them.</summary>
    public int Additions { get; init; }

    /// <summary>How many multiplications any one term has passed, whatever their order: what may underflow. Sums do
    /// not.</summary>
    public int Products { get; init; }

    /// <summary>What is no polynomial, after so many roundings.</summary>
    public static TermCount Smooth(int roundings) => new(roundings, -1, -1);

    /// <summary>A product, without the roundings of forming it.</summary>
    public TermCount Times(TermCount other) => new(
        Roundings + other.Roundings,
        FractionBits < 0 || other.FractionBits < 0 ? -1 : FractionBits + other.FractionBits,
        Degree < 0 || other.Degree < 0 ? -1 : Degree + other.Degree)
    {
        Products = Products + other.Products + 1,
    };

    /// <summary>A sum of both: their last sums and it are one.</summary>
    public TermCount Add(TermCount other) =>
        Or(other).Before(Math.Max(Formed, other.Formed)).Summed(Additions + other.Additions + 1);

    /// <summary>A sum of so many like this one, the last sums of which and it are one.</summary>
    public TermCount Repeated(int terms) => Before(Formed).Summed((Additions + 1) * terms - 1);

    /// <summary>Entries of either.</summary>
    public TermCount Or(TermCount other) => new(
        Math.Max(Formed, other.Formed) + Math.Max(Additions, other.Additions),
        FractionBits < 0 || other.FractionBits < 0 ? -1 : Math.Max(FractionBits, other.FractionBits),
        Degree < 0 || other.Degree < 0 ? -1 : Math.Max(Degree, other.Degree))
    {
        Additions = Math.Max(Additions, other.Additions),
        Products = Math.Max(Products, other.Products),
    };

    /// <summary>As many roundings more, none of them in a sum.</summary>
    public TermCount Plus(int roundings) => this with { Roundings = Roundings + roundings, Additions = 0 };

    /// <summary>The terms added up, by so many additions.</summary>
    public TermCount Summed(int additions) => this with { Roundings = Roundings + additions, Additions = additions };

    // The roundings of forming the terms of the last sum.
    private int Formed => Roundings - Additions;

    private TermCount Before(int roundings) => this with { Roundings = roundings, Additions = 0 };
}

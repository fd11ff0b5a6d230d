namespace GradOracle.Networks;

/// <summary>What a tensor is drawn with.</summary>
/// <param name="Bits">b(j), a whole number below 2⁵³.</param>
/// <param name="Sizes">The sizes of the tensor.</param>
/// <param name="Shape">The sizes of the case.</param>
/// <param name="Range">k of an exact case; 0 of a real one.</param>
/// <param name="Scale">What real entries are multiplied by.</param>
internal sealed record Drawing(Func<int, ulong> Bits, Sizes Sizes, Shape Shape, int Range, double Scale)
{
    private const double Unit = 1.0 / (1L << 53);

    /// <summary>A whole number below a count: <c>⌊b(j) 2⁻⁵³ count⌋</c>.</summary>
    public int Below(int count, int entry) => (int)((long)Bits(entry) * (count * Unit));

    /// <summary><c>b(j) 2⁻⁵³</c>, from 0 to below 1.</summary>
    public double Share(int entry) => (long)Bits(entry) * Unit;
}

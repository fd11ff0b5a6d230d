namespace GradOracle.Networks;

/// <summary>Numbers above 0.</summary>
internal sealed class Positive : Holds
{
    private const double HalfUnit = 1.0 / (1L << 54);

    internal override double Largest(int k, Sizes sizes, Shape shape) => k;

    internal override void Draw(Span<double> entries, Drawing drawing)
    {
        for (var j = 0; j < entries.Length; j++)
        {
            entries[j] = drawing.Range > 0
                ? 1 + drawing.Below(drawing.Range, j)
                : drawing.Scale * ((2 * (long)drawing.Bits(j) + 1) * HalfUnit);
        }
    }

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape) =>
        First(entries, sizes, v => v > 0, "it must be above 0");
}

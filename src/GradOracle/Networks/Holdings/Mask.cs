namespace GradOracle.Networks;

/// <summary>0 or 1, a 1 with some probability.</summary>
internal sealed class Mask(double p) : Holds
{
    internal override bool IsDifferentiated => false;

    internal override void Draw(Span<double> entries, Drawing drawing)
    {
        for (var j = 0; j < entries.Length; j++)
        {
            entries[j] = drawing.Share(j) < p ? 1 : 0;
        }
    }

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape) =>
        First(entries, sizes, v => v is 0 or 1, "it must be 0 or 1");
}

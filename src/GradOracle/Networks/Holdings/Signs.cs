namespace GradOracle.Networks;

/// <summary>−1 or 1.</summary>
internal sealed class Signs : Holds
{
    internal override bool IsDifferentiated => false;

    internal override void Draw(Span<double> entries, Drawing drawing)
    {
        for (var j = 0; j < entries.Length; j++)
        {
            entries[j] = drawing.Share(j) < 0.5 ? 1 : -1;
        }
    }

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape) =>
        First(entries, sizes, v => v is 1 or -1, "it must be -1 or 1");
}

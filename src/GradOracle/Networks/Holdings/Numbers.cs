namespace GradOracle.Networks;

/// <summary>Reals or integers, as the kind of case has them.</summary>
internal sealed class Numbers : Holds
{
    internal override bool AreNumbers => true;

    internal override double Largest(int k, Sizes sizes, Shape shape) => k;

    // Drawn by whole vectors where cases are generated.
    internal override void Draw(Span<double> entries, Drawing drawing) =>
        throw new NotSupportedException("Numbers are drawn as the kind of case has them.");

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape) => null;
}

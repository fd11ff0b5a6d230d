using System.Globalization;

namespace GradOracle.Networks;

/// <summary>Whole numbers from 0 up, below the size of a dimension.</summary>
internal sealed class Indices(string below) : Holds
{
    internal override bool IsDifferentiated => false;

    internal override double Largest(int k, Sizes sizes, Shape shape) => Below(shape) - 1;

    internal override void Draw(Span<double> entries, Drawing drawing)
    {
        for (var j = 0; j < entries.Length; j++)
        {
            entries[j] = drawing.Below(Below(drawing.Shape), j);
        }
    }

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape)
    {
        var count = Below(shape);
        var size = int.TryParse(below, out _) ? "" : FormattableString.Invariant($", because {below}={count}");
        var wanted = FormattableString.Invariant($"it must be a whole number from 0 to {count - 1}{size}");
        return First(entries, sizes, v => double.IsInteger(v) && v >= 0 && v < count, wanted);
    }

    private int Below(Shape shape) =>
        int.TryParse(below, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? Math.Max(1, count)
            : shape[below];
}

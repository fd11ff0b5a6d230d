namespace GradOracle.Networks;

/// <summary>Along an axis the entries are no less than 0 and sum to 1.</summary>
internal sealed class Distribution(int axis) : Holds
{
    private const long Units = 1L << 20;

    // What a person or a file in float32 writes sums to 1 within this.
    private const double Tolerance = 1e-5;

    internal override void Draw(Span<double> entries, Drawing drawing)
    {
        if (drawing.Range > 0)
        {
            new OneHotVectors(axis).Draw(entries, drawing); // no other whole numbers sum to 1
            return;
        }

        var (sizes, along) = (drawing.Sizes, Fibres.AxisOf(axis, drawing.Sizes));
        for (var fibre = 0; fibre < Fibres.Count(sizes, along); fibre++)
        {
            var sum = 0L;
            for (var i = 0; i < sizes[along]; i++)
            {
                sum += Draw(drawing, Fibres.At(sizes, along, fibre, i));
            }

            var left = Units;
            for (var i = sizes[along] - 1; i >= 0; i--)
            {
                var at = Fibres.At(sizes, along, fibre, i);
                var units = i == 0 ? left : 1 + (Units - sizes[along]) * Draw(drawing, at) / sum;
                left -= units;
                entries[at] = units / (double)Units;
            }
        }
    }

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape)
    {
        var along = Fibres.AxisOf(axis, sizes);
        for (var fibre = 0; fibre < Fibres.Count(sizes, along); fibre++)
        {
            var sum = 0.0;
            for (var i = 0; i < sizes[along]; i++)
            {
                sum += entries[Fibres.At(sizes, along, fibre, i)];
            }

            if (!(Math.Abs(sum - 1) <= Tolerance))
            {
                var first = sizes.PlaceOf(Fibres.At(sizes, along, fibre, 0));
                return FormattableString.Invariant($" sums to {sum} along axis {along} from {first} on: it must be 1");
            }
        }

        return First(entries, sizes, v => v >= 0, "it must not be below 0");
    }

    private static long Draw(Drawing drawing, int entry) => 1 + (long)(drawing.Bits(entry) >> 33);
}

namespace GradOracle.Networks;

/// <summary>Along an axis one entry is 1 and the others are 0.</summary>
internal sealed class OneHotVectors(int axis) : Holds
{
    internal override void Draw(Span<double> entries, Drawing drawing)
    {
        var along = Fibres.AxisOf(axis, drawing.Sizes);
        entries.Clear();
        for (var fibre = 0; fibre < Fibres.Count(drawing.Sizes, along); fibre++)
        {
            entries[Fibres.At(drawing.Sizes, along, fibre, drawing.Below(drawing.Sizes[along], fibre))] = 1;
        }
    }

    internal override string? WhyNot(ReadOnlySpan<double> entries, Sizes sizes, Shape shape)
    {
        var along = Fibres.AxisOf(axis, sizes);
        for (var fibre = 0; fibre < Fibres.Count(sizes, along); fibre++)
        {
            var ones = 0;
            for (var i = 0; i < sizes[along]; i++)
            {
                ones += entries[Fibres.At(sizes, along, fibre, i)] is 1 ? 1 : 0;
            }

            if (ones != 1)
            {
                var first = sizes.PlaceOf(Fibres.At(sizes, along, fibre, 0));
                return FormattableString.Invariant(
                    $" has {ones} ones along axis {along} from {first} on: one must be 1 and the others 0");
            }
        }

        return First(entries, sizes, v => v is 0 or 1, "it must be 0 or 1");
    }
}

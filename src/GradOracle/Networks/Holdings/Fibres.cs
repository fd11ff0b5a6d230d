namespace GradOracle.Networks;

/// <summary>The rows of a tensor along one of its axes, each by its number among all of them.</summary>
internal static class Fibres
{
    /// <summary>An axis, counted from 0; from the last one where it is negative.</summary>
    /// <exception cref="BadInputException">There is no such axis.</exception>
    public static int AxisOf(int axis, Sizes sizes) => axis >= -sizes.Count && axis < sizes.Count
        ? axis < 0 ? axis + sizes.Count : axis
        : throw new BadInputException(FormattableString.Invariant(
            $"A tensor of {sizes} has no axis {axis}: axes are counted from 0, or from the last one, -1."));

    /// <summary>How many there are along an axis.</summary>
    public static int Count(Sizes sizes, int axis) => sizes.Length / sizes[axis];

    /// <summary>Where an entry of one of them stands in the tensor.</summary>
    public static int At(Sizes sizes, int axis, int fibre, int along)
    {
        var behind = sizes.Behind(axis);
        return (fibre / behind * sizes[axis] + along) * behind + fibre % behind;
    }
}

using GradOracle.Graphs;

namespace GradOracle.Networks;

/// <summary>What losses of classes have in common, along whichever axis the classes are.</summary>
internal static class Classes
{
    /// <summary>
    /// What labels mean: 1 at the class that each names, 0 at the others. The labels have size 1 along the axis.
    /// </summary>
    /// <remarks><c>max(0, 1 − |label − class|)</c>, which is exact on whole numbers.</remarks>
    public static Node OneHot(Node labels, Sizes sizes, int axis)
    {
        var classes = new double[sizes.Length];
        for (var j = 0; j < classes.Length; j++)
        {
            classes[j] = sizes.IndexOf(j)[axis];
        }

        return (Constant.Of(sizes, 1) - (labels.Broadcast(sizes) - Constant.Of(sizes, classes)).Abs()).Relu();
    }

    /// <summary>The tensor of labels: a class for each example.</summary>
    public static TensorSpec Labels(string name, Sizes output, int axis) =>
        new(name, TensorRole.Target, output.With(axis, 1))
        {
            Holds = Holds.Indices(FormattableString.Invariant($"{output[axis]}")),
        };
}

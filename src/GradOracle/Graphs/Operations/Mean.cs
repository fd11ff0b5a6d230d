using GradOracle.Graphs;

namespace GradOracle;

public sealed partial class Node
{
    /// <summary>The mean along an axis, which is gone afterwards or, to be broadcast again, of size 1.</summary>
    /// <remarks>Integers stay exact where the axis has a power of two entries.</remarks>
    /// <exception cref="InvalidOperationException">There is no such axis.</exception>
    public Node Mean(int axis, bool keepDims = false) => Mean([axis], keepDims);

    private static Misreading BesselsCorrection(Node mean)
    {
        double count = mean.Operands[1].Sizes.Length / mean.Sizes.Length;
        return new(
            $"{Formula.Shortened(Formula.Of(mean))} is divided by one less than belongs in {{P}}",
            mean.Scaled(count / (count - 1)));
    }

    /// <summary>The mean over some axes.</summary>
    /// <exception cref="InvalidOperationException">There is no such axis.</exception>
    public Node Mean(IReadOnlyList<int> axes, bool keepDims = false)
    {
        var over = Axes.Of(this, axes);
        var count = over.Aggregate(1, (product, axis) => product * Sizes[axis]);
        long[] onTorch = [.. over.Select(axis => axis + 1L)];
        var told = string.Concat(over.Select(axis => Axes.Told(Sizes, axis)));
        var isVariance = Operation is Hadamard && Operands[0] == Operands[1] && count > 1;
        var function = new NamedFunction(
            "mean", x => x[0].mean(onTorch, keepdim: true), told, misread: isVariance ? BesselsCorrection : null);
        return new Node(function, SumOver(over) / count, this).Dropped(over, keepDims, this);
    }
}

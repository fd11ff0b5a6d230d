namespace GradOracle.Gallery;

/// <summary>What <c>gradoracle mistakes</c> tries the default check on.</summary>
internal static class Trials
{
    /// <summary>All trials, wrong ones first.</summary>
    public static IReadOnlyList<Trial> All { get; } =
    [
        .. MistakeCatalog.All.Select(Trial.Of),
        .. TimeMistake.All.Select(Trial.Of),
        .. TwoInputTrials.All,
        .. TimeTrials.All,
        .. Catalog.Networks.All.Where(n => n is not (ElmanNetwork or TwoInputNetwork or StackedNetwork)).Select(Doubled),
        .. Truncations.All,
        .. BatchLeaks.All,
        .. ChangedInputs.All,
        .. SpecialShapes.All,
        .. Kinks.All,
        .. Layers.All,
        Trial.Wrong("thousand-added", new Written(Written.ThousandAddedAndSubtracted), "D2 = (Wyᵀ G + 1000) − 1000", "loses digits"),
        .. RightTrials.All,
    ];

    // A network that has no mistakes of its own yet has this one.
    private static Trial Doubled(Network network)
    {
        var tensor = network.Tensors(new Shape(network.Dimensions.Select(d => (d, 1)))).First(t => t.Role == TensorRole.Parameter).Name;
        return Trial.Wrong("doubled-gradient", new Spoiled(Catalog.DefaultDerivation(network), Double), $"∂{tensor} is doubled", $"the gradient of {tensor} is doubled");

        void Double(CaseStack batch, GradientStack result)
        {
            foreach (ref var entry in result[tensor].Values.AsSpan())
            {
                entry *= 2;
            }
        }
    }
}

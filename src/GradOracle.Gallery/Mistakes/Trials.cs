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
        .. Cookbook.All.SelectMany(r => r.Mistakes),
        .. Truncations.All,
        .. BatchLeaks.All,
        .. ChangedInputs.All,
        .. SpecialShapes.All,
        .. Kinks.All,
        .. Layers.All,
        Trial.Wrong(
            "thousand-added",
            new Written(Written.ThousandAddedAndSubtracted),
            "D2 = (Wyᵀ G + 1000) − 1000",
            "loses digits"),
        .. RightTrials.All,
    ];
}

namespace GradOracle.Gallery;

/// <summary>The recipes, by what they are of.</summary>
internal static class Cookbook
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        .. LayerRecipes.All,
        .. SequenceRecipes.All,
        .. RecurrentRecipes.All,
    ];
}

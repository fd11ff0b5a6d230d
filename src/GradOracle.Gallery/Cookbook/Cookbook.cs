namespace GradOracle.Gallery;

/// <summary>The recipes, by what they are of.</summary>
internal static class Cookbook
{
    /// <summary>By what they are of.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<Recipe> Recipes)> Chapters { get; } =
    [
        ("layers", LayerRecipes.All),
        ("sequences", SequenceRecipes.All),
        ("recurrent", RecurrentRecipes.All),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [.. Chapters.SelectMany(c => c.Recipes)];

    /// <summary>The recipe of a network; null where there is none.</summary>
    public static Recipe? Of(Network network) => All.FirstOrDefault(r => r.Network.Name == network.Name);
}

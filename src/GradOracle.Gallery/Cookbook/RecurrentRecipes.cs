namespace GradOracle.Gallery;

/// <summary>Recurrent cells.</summary>
internal static class RecurrentRecipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [];
}

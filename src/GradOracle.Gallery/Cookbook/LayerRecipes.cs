namespace GradOracle.Gallery;

/// <summary>Dense layers, norms, losses of classes.</summary>
internal static class LayerRecipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [];
}

namespace GradOracle.Gallery;

/// <summary>Attention, convolution, embeddings.</summary>
internal static class SequenceRecipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [];
}

using GradOracle.Gallery.Sequences;

namespace GradOracle.Gallery;

/// <summary>Attention, convolution, embeddings.</summary>
internal static class SequenceRecipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        CausalAttention.Recipe,
        PackedAttention.Recipe,
        GeluLayer.Recipe,
        GatedLinearUnit.Recipe,
        Convolution1d.Recipe,
        Convolution2d.Recipe,
        MaximumPooling.Recipe,
        TiedEmbedding.Recipe,
        FactorisationMachine.Recipe,
        TransformerBlock.Recipe,
    ];
}

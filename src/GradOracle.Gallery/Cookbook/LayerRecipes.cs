namespace GradOracle.Gallery;

/// <summary>Dense layers, norms, losses of classes.</summary>
internal static class LayerRecipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        PerceptronTanh.Recipe,
        PerceptronRows.Recipe,
        SoftmaxRegression.Recipe,
        SoftmaxLayer.Recipe,
        TiedAutoencoder.Recipe,
        SiameseContrastive.Recipe,
        ResidualBlock.Recipe,
        Dropout.Recipe,
        LayerNorm.Recipe,
        RmsNorm.Recipe,
        BatchNorm.Recipe,
        L2Normalisation.Recipe,
    ];
}

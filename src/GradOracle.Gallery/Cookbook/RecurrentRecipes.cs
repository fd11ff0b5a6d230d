namespace GradOracle.Gallery;

/// <summary>Recurrent cells.</summary>
internal static class RecurrentRecipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        Lstm.Recipe,
        LstmApart.Recipe,
        Peephole.Recipe,
        Gru.Recipe,
        GruApart.Recipe,
        BidirectionalRnn.Recipe,
    ];
}

namespace GradOracle.Gallery;

/// <summary>Backpropagation through time that gives up after some steps.</summary>
internal static class Truncations
{
    /// <summary>The networks, and after how many steps.</summary>
    public static IReadOnlyList<(string Network, int Steps)> Kinds { get; } =
        [("elman", 12), ("elman-tanh", 12), ("elman-sequence-bias", 12), ("elman-quadratic", 4)];

    /// <summary>All of them as trials, and those that the weights show too.</summary>
    public static IEnumerable<Trial> All => OfInputs.Concat(s_ofAll.Select(
        k => TimeKind.TruncatedAfter(k.Steps).Try((ElmanNetwork)Catalog.Networks.Find(k.Network))));

    private static readonly (string Network, int Steps)[] s_ofAll =
        [("elman", 16), ("elman-tanh-bias", 16), ("elman-sequence-bias", 5), ("elman-relu", 2)];

    private static IEnumerable<Trial> OfInputs => Kinds.Select(k => Trial.Wrong(
        FormattableString.Invariant($"cut-off-after-{k.Steps}-steps"),
        Of(k.Network, k.Steps),
        FormattableString.Invariant($"∂X_t = 0 more than {k.Steps} steps before the end"),
        FormattableString.Invariant(
            $"the gradient of X_t is missing more than {k.Steps} steps before the end"), "gradient of X|∂X|∂L/∂X"));

    /// <summary>The default derivation of a network, cut off.</summary>
    public static Spoiled Of(string network, int steps) =>
        new(Catalog.DefaultDerivation(Catalog.Networks.Find(network)), (batch, result) =>
    {
        for (var t = batch.Shape["T"] - steps; t > 0; t--)
        {
            result[$"X{t}"].Values.AsSpan().Clear();
        }
    });
}

namespace GradOracle.Gallery;

/// <summary>Which cases are kept as fixtures: every combination that the table below names, and nothing else.</summary>
internal static class FixtureCatalog
{
    private const ulong Seed = 2020;
    private const ulong SeedOfConstants = 2021; // no coefficient of an activation is 0 with it

    // n, h, m, B and why they are kept. Small enough to read in a pull request.
    private static readonly (int n, int h, int m, int B, string Why)[] s_shapes =
    [
        (2, 3, 1, 1, "the sizes of the question's comment"),
        (2, 3, 4, 5, "all sizes different, growing"),
        (5, 4, 3, 2, "all sizes different, shrinking"),
        (3, 3, 3, 3, "all sizes equal: a missing transpose still multiplies"),
        (1, 1, 1, 1, "one of everything"),
        (6, 2, 1, 2, "wide: more inputs than hidden units"),
        (1, 5, 2, 4, "tall: one input, one column of Wx"),
    ];

    // The rest of the family: one shape each, all sizes different, and where there are steps, more than two.
    private static readonly Dictionary<string, int> s_familySizes =
        new() { ["T"] = 3, ["n"] = 2, ["h"] = 4, ["m"] = 1, ["B"] = 3 };

    // Losses where the output comes late, or at every step: more than one row, a power of two of entries.
    private static readonly Dictionary<string, int> s_lossSizes =
        new() { ["T"] = 2, ["n"] = 1, ["h"] = 3, ["m"] = 2, ["B"] = 4 };
    private static readonly string[] s_networksWithEveryLoss = ["elman-tanh", "elman-sequence-relu-bias"];

    /// <summary>All cases, in order: the question's network with every loss and kind at every shape in float64, and the
    /// first two in float32; then the family with one loss, and two of it with every loss; the recipes of the
    /// cookbook.</summary>
    public static IReadOnlyList<CaseId> Cases { get; } =
        [.. Float64().Concat(Float32()).Concat(Family()).Concat(Losses()).Concat(Recipes()).Where(HasMeaning)];

    private static IEnumerable<CaseId> Float64() => Every(s_shapes, ElementType.Float64);

    private static IEnumerable<CaseId> Float32() => Every(s_shapes.Take(2), ElementType.Float32);

    private static IEnumerable<CaseId> Family() =>
        from network in Catalog.Networks.All.Skip(1).Except(Cookbook.All.Select(r => r.Network))
        from kind in Enum.GetValues<CaseKind>()
        select Name(network, Loss.All[0], kind, s_familySizes) is var name && HasConstants(network)
            ? name with { Seed = SeedOfConstants }
            : name;

    private static bool HasConstants(Network network) => network is ElmanNetwork { Activation.Constants.Count: > 0 };

    private static IEnumerable<CaseId> Losses() =>
        from network in s_networksWithEveryLoss
        from loss in Loss.All.Skip(1)
        from kind in Enum.GetValues<CaseKind>()
        select Name(Catalog.Networks.Find(network), loss, kind, s_lossSizes);

    private static IEnumerable<CaseId> Recipes() =>
        from recipe in Cookbook.All
        where recipe.Kept is not null
        from kind in Enum.GetValues<CaseKind>()
        select new CaseId(recipe.Network, Loss.All[0], recipe.Kept!, kind, ElementType.Float64, Seed);

    private static CaseId Name(Network network, Loss loss, CaseKind kind, Dictionary<string, int> sizes) =>
        new(network, loss, new Shape(network.Dimensions.Select(d => (d, sizes[d]))), kind, ElementType.Float64, Seed);

    private static IEnumerable<CaseId> Every(
        IEnumerable<(int n, int h, int m, int B, string Why)> shapes, ElementType type) =>
        from loss in Loss.All
        from shape in shapes
        from kind in Enum.GetValues<CaseKind>()
        select new CaseId(
            Catalog.Networks.All[0],
            loss,
            new Shape(("n", shape.n), ("h", shape.h), ("m", shape.m), ("B", shape.B)),
            kind,
            type,
            Seed);

    // A mean over a number that is no power of two leaves the lattice; float32 holds few products of seven integers;
    // the softmax of one row is constant.
    private static bool HasMeaning(CaseId name) => name.Scenario.HasEnoughClasses
        && (name.Kind == CaseKind.Real || name.Range > 0);
}

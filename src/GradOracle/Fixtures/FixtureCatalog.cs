using GradOracle.Cases;

namespace GradOracle.Fixtures;

/// <summary>Which cases are kept as fixtures: every combination that the table below names, and nothing else.</summary>
public static class FixtureCatalog
{
    private const ulong Seed = 2020;

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

    /// <summary>All cases, in order: every loss and kind at every shape in float64; the first two shapes in float32 too.</summary>
    public static IReadOnlyList<CaseName> Cases { get; } = [.. Float64().Concat(Float32()).Where(HasMeaning)];

    private static IEnumerable<CaseName> Float64() => Every(s_shapes, ElementType.Float64);

    private static IEnumerable<CaseName> Float32() => Every(s_shapes.Take(2), ElementType.Float32);

    private static IEnumerable<CaseName> Every(IEnumerable<(int n, int h, int m, int B, string Why)> shapes, ElementType type) =>
        from network in Registry.Networks.All
        from loss in Registry.Losses.All
        from shape in shapes
        from kind in Enum.GetValues<CaseKind>()
        select new CaseName(network, loss, new Shape(("n", shape.n), ("h", shape.h), ("m", shape.m), ("B", shape.B)), kind, type, Seed);

    // A mean over a number that is no power of two leaves the lattice; float32 holds few products of seven integers.
    private static bool HasMeaning(CaseName name) =>
        name.Kind == CaseKind.Real || Oracles.Certificate.Of(name.Network, name.Loss, name.Shape, name.Type).Magnitude > 0;
}

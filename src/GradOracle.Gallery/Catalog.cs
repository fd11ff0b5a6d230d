using GradOracle.Networks;

namespace GradOracle.Gallery;

/// <summary>Everything that has a name: one line each.</summary>
internal static class Catalog
{
    private static readonly bool[] s_offAndOn = [false, true];

    private static IReadOnlyList<ElmanNetwork> ElmanNetworks { get; } =
    [
        .. from everyStep in s_offAndOn from activation in Activation.All from bias in s_offAndOn select new ElmanNetwork(activation, bias, everyStep),
    ];

    /// <summary>The networks.</summary>
    public static Named<Network> Networks { get; } = new("network", n => n.Name,
    [
        new TwoInputNetwork(),
        new TwoInputNetwork(bias: true),
        new TwoInputNetwork(tied: false),
        new TwoInputNetwork(tied: false, bias: true),
        new StackedNetwork(),
        new StackedNetwork(bias: true),
        .. ElmanNetworks,
        .. Cookbook.All.Select(r => r.Network),
    ], WithoutActivation, listed: "gradoracle list networks");

    // shared-weight-tanh: a network and an activation that do not come together.
    private static string? WithoutActivation(string wanted) =>
        Activation.All.FirstOrDefault(a => a.Name.Length > 0 && wanted.Split('-').Contains(a.Name)) is { } activation
        && Networks.All.FirstOrDefault(
            n => n.Name == string.Join('-', wanted.Split('-').Where(part => part != activation.Name))) is { } network
            ? $"{network.Name} has no activation {activation.Name}: those that have are {string.Join(", ", ElmanNetworks.Where(n => n.Activation == activation).Select(n => n.Name))}."
            : null;

    /// <summary>The derivations; the first of a network is its default.</summary>
    public static Named<Derivation> Derivations { get; } = new("derivation", d => d.Name,
    [
        new SharedWeightBackprop(),
        new SharedWeightBatchBackprop(),
        new SharedWeightBiasBackprop(),
        new UntiedBackprop(new(tied: false)),
        new UntiedBackprop(new(tied: false, bias: true)),
        new StackedBackprop(new()),
        new StackedBackprop(new(bias: true)),
        .. ElmanNetworks.Select(n => new ElmanBackprop(n)),
        .. ElmanNetworks.Select(n => new ElmanBatchBackprop(n)),
        new Answer1(),
        new Answer1Corrected(),
        new Answer2(),
        new Answer2Corrected(),
        new Answer3(),
        new Answer3Corrected(),
        .. Cookbook.All.SelectMany(r => r.Others.Prepend(r.Derivation)),
        .. MistakeCatalog.All,
        .. TimeMistake.All,
        .. Cookbook.All.SelectMany(r => r.Mistakes).Select(m => m.Derivation),
    ], listed: "gradoracle list --all");

    /// <summary>What is wrong on purpose, and says so.</summary>
    public static IReadOnlyList<Trial> Mistakes { get; } =
    [
        .. MistakeCatalog.All.Select(Trial.Of),
        .. TimeMistake.All.Select(Trial.Of),
        .. Cookbook.All.SelectMany(r => r.Mistakes),
    ];

    /// <summary>The networks by family: what in a name may be left out stands in brackets. The derivations of a family
    /// have the names of its networks.</summary>
    public static IReadOnlyList<(string Pattern, string Summary)> Families { get; } =
    [
        ("shared-weight[-bias]", "H1 = Wx X1, H2 = Wh H1 + Wx X2, Ŷ = Wy H2: one weight matrix, used twice"),
        ("untied[-bias]", "H1 = Wx1 X1, H2 = Wh H1 + Wx2 X2, Ŷ = Wy H2: each input its own weight"),
        ("stacked[-bias]", "H1 = Wx [X1|X2], H2 = Wh H1, Ŷ = Wy H2: both inputs beside each other"),
        (
            $"elman[-sequence][{string.Join('|', Activation.All.Where(a => a.Name.Length > 0).Select(a => $"-{a.Name}"))}][-bias]",
            "h_t = φ(Wx x_t + Wh h_(t−1)), Ŷ = Wy h_T, or the output of every step beside each other"),
    ];

    /// <summary>The derivation that is on trial where none is named: the first one of the network.</summary>
    public static Derivation DefaultDerivation(Network network) =>
        Derivations.All.First(d => d.Network.Name == network.Name);
}

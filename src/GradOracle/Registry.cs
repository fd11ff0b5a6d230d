using FuzzySharp;
using GradOracle.Derivations;
using GradOracle.Mistakes;
using GradOracle.Networks;
using GradOracle.Oracles;

namespace GradOracle;

/// <summary>Everything that has a name: one line each.</summary>
public static class Registry
{
    private static readonly bool[] s_offAndOn = [false, true];

    private static IReadOnlyList<ElmanNetwork> ElmanNetworks { get; } =
    [
        .. from everyStep in s_offAndOn from activation in Activation.All from bias in s_offAndOn select new ElmanNetwork(activation, bias, everyStep),
    ];

    /// <summary>The networks.</summary>
    public static Named<Network> Networks { get; } = new("network", n => n.Name,
    [
        new SharedWeightNetwork(),
        new SharedWeightNetwork(bias: true),
        new UntiedNetwork(),
        new UntiedNetwork(bias: true),
        new StackedNetwork(),
        new StackedNetwork(bias: true),
        .. ElmanNetworks,
    ], WithoutActivation);

    // shared-weight-tanh: a network and an activation that do not come together.
    private static string? WithoutActivation(string wanted) =>
        Activation.All.FirstOrDefault(a => a.Name.Length > 0 && wanted.Split('-').Contains(a.Name)) is { } activation
        && Networks.All.FirstOrDefault(n => n.Name == string.Join('-', wanted.Split('-').Where(part => part != activation.Name))) is { } network
            ? $"{network.Name} has no activation {activation.Name}: those that have are {string.Join(", ", ElmanNetworks.Where(n => n.Activation == activation).Select(n => n.Name))}."
            : null;

    /// <summary>The losses.</summary>
    public static Named<Loss> Losses { get; } = new("loss", l => l.Name,
    [
        new SquaredError(),
        new MeanSquaredError(),
        new AbsoluteError(),
        new HuberLoss(),
        new SoftmaxCrossEntropy(),
        new Projection(),
    ]);

    /// <summary>The derivations; the first of a network is its default.</summary>
    public static Named<IDerivation> Derivations { get; } = new("derivation", d => d.Name,
    [
        new SharedWeightBackprop(),
        new SharedWeightBatchBackprop(),
        new SharedWeightBiasBackprop(),
        new UntiedBackprop(new()),
        new UntiedBackprop(new(bias: true)),
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
        .. MistakeCatalog.All,
        .. TimeMistake.All,
    ]);

    /// <summary>The derivation that is on trial where none is named: the first one of the network.</summary>
    public static IDerivation DefaultDerivation(Network network) => Derivations.All.First(d => d.Network.Name == network.Name);

    /// <summary>The oracles; the first one decides.</summary>
    public static Named<IGradientOracle> Oracles { get; } = new("oracle", o => o.Name,
    [
        new Autograd(),
        new CentralDifference(),
        new ComplexStep(),
    ]);
}

/// <summary>Things of one kind, each found by its name.</summary>
/// <param name="kind">What they are, in messages.</param>
/// <param name="name">The name of one.</param>
/// <param name="all">All of them.</param>
/// <param name="explain">Why there is none of a name, where more can be said than that.</param>
public sealed class Named<T>(string kind, Func<T, string> name, IReadOnlyList<T> all, Func<string, string?>? explain = null)
{
    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<T> All { get; } = all;

    /// <summary>The one with this name.</summary>
    /// <exception cref="BadInputException">There is none; the message gives the nearest name.</exception>
    public T Find(string wanted)
    {
        foreach (var candidate in All)
        {
            if (name(candidate) == wanted)
            {
                return candidate;
            }
        }

        if (explain?.Invoke(wanted) is { } sentence)
        {
            throw new BadInputException(sentence);
        }

        var names = All.Select(name).ToList();
        var nearest = names.MaxBy(n => Fuzz.Ratio(n, wanted))!;
        var hint = Fuzz.Ratio(nearest, wanted) >= 50 ? $"did you mean \"{nearest}\"? " : "";
        throw new BadInputException($"There is no {kind} \"{wanted}\": {hint}Known: {string.Join(", ", names)}.");
    }
}

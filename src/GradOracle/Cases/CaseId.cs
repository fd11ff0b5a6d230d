using System.Globalization;
using System.Text.RegularExpressions;
using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle;

/// <summary>The one line from which a generated case is rebuilt, entry for entry.</summary>
/// <remarks>
/// The entries of an exact case are integers in −k..k: the name of an exact case says which k; a name without one means
/// the largest that stays exact at the shape. Small integers make a report that can be followed by hand. A last word,
/// as in <c>values=hot</c>, says that the entries are not drawn plainly.
/// </remarks>
/// <example><c>shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020 k=3</c></example>
public sealed partial record CaseId
{
    /// <summary>A name as an example in messages.</summary>
    internal const string Example = "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020";

    /// <summary>The name of a case of a network with a loss at a shape.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="kind">Exact or real.</param>
    /// <param name="type">The element type.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="magnitude">k of an exact case; null means the largest that stays exact at the shape.</param>
    /// <exception cref="BadInputException">The network or the loss fails at this shape.</exception>
    public CaseId(
        Network network, Loss loss, Shape shape, CaseKind kind, ElementType type, ulong seed, int? magnitude = null)
        : this(ScenarioOf(network, loss, shape), kind, type, seed, magnitude)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!Enum.IsDefined(kind) || magnitude < 1 || (magnitude is not null && kind == CaseKind.Real))
        {
            throw new BadInputException(
                "A case is exact, with or without a largest integer k from 1 up, or real and without one.");
        }
    }

    internal CaseId(
        Scenario scenario,
        CaseKind kind,
        ElementType type,
        ulong seed,
        int? magnitude = null,
        CaseValues? values = null) =>
        (Scenario, Kind, Type, Seed, Magnitude, Values) = (scenario, kind, type, seed, magnitude, values);

    private static Scenario ScenarioOf(Network network, Loss loss, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(shape);
        return new(network, loss, shape);
    }

    internal Scenario Scenario { get; }

    /// <summary>The network.</summary>
    public Network Network => Scenario.Network;

    /// <summary>The loss.</summary>
    public Loss Loss => Scenario.Loss;

    /// <summary>The sizes.</summary>
    public Shape Shape => Scenario.Shape;

    /// <summary>Exact or real.</summary>
    public CaseKind Kind { get; internal init; }

    /// <summary>The element type.</summary>
    public ElementType Type { get; internal init; }

    /// <summary>The seed.</summary>
    public ulong Seed { get; internal init; }

    /// <summary>k, where the name says which; null means the largest at the shape.</summary>
    internal int? Magnitude { get; init; }

    /// <summary>How its entries differ from plain ones; null where they do not.</summary>
    internal CaseValues? Values { get; init; }

    /// <summary>k of an exact case: the one of the name, or the largest at the shape; 0 where there is none.</summary>
    internal int Range => Magnitude ?? LargestRange;

    /// <summary>The largest k that stays exact.</summary>
    internal int LargestRange => Scenario.RangeOf(Type, Values?.TargetsOutput ?? false);

    /// <summary>What its entries are like, without the numbers that every shape has: <c>k=2</c>, <c>hot</c>; empty
    /// where they are plain.</summary>
    internal string Sort => Values?.Word ?? (Magnitude is { } k ? FormattableString.Invariant($"k={k}") : "");

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Network.Name}/{Loss.Name} {Shape} {Word(Kind)} {Type} seed={Seed}{(Kind == CaseKind.Exact && Range > 0 ? $" k={Range}" : "")}{(Values is null ? "" : $" values={Values.Word}")}");

    /// <summary>Two names are equal where they say the same.</summary>
    public bool Equals(CaseId? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The word for a kind in names, files and commands.</summary>
    internal static string Word(CaseKind kind) => kind == CaseKind.Exact ? "exact" : "real";

    /// <summary>Reads a case name.</summary>
    /// <exception cref="BadInputException">The text is not a case name, or names something unknown or out of
    /// range.</exception>
    /// <param name="text">The name.</param>
    /// <param name="networks">The networks that it may name.</param>
    internal static CaseId Parse(string text, Named<Network> networks)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            throw new BadInputException($"\"{text}\" is not a case name: write it like \"{Example}\".");
        }

        var network = networks.Find(match.Groups["network"].Value);
        var loss = Named.LossesOf(network).Find(match.Groups["loss"].Value);
        var names = match.Groups["name"].Captures.Select(c => c.Value).ToList();
        if (!names.SequenceEqual(network.Dimensions))
        {
            throw new BadInputException(
                $"Case \"{text}\" names the dimensions {string.Join(' ', names)}; {network.Name} has {string.Join(' ', network.Dimensions)}, in this order.");
        }

        var sizes = match.Groups["size"].Captures.Select(c => Size(c.Value, text));
        if (!ulong.TryParse(
                match.Groups["seed"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            throw new BadInputException(
                $"Case \"{text}\" has a seed that is not a whole number from 0 to {ulong.MaxValue}.");
        }

        int? magnitude = match.Groups["k"].Success ? ReadMagnitude(match.Groups["k"].Value, text) : null;
        if (magnitude is not null && match.Groups["kind"].Value == "real")
        {
            throw new BadInputException(
                $"Case \"{text}\" is real and has a k: only exact cases have integers in −k..k; leave it out.");
        }

        var kind = match.Groups["kind"].Value == "exact" ? CaseKind.Exact : CaseKind.Real;
        return new CaseId(
            network,
            loss,
            new Shape(names.Zip(sizes)),
            kind,
            ElementType.All.Single(t => t.Name == match.Groups["type"].Value),
            seed,
            magnitude)
        {
            Values = match.Groups["values"].Success ? ReadValues(match.Groups["values"].Value, kind, text) : null,
        };
    }

    /// <summary>Reads the name of a case of one network.</summary>
    /// <exception cref="BadInputException">The text is not a case name, or names something unknown or out of
    /// range.</exception>
    public static CaseId Parse(string text, Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Parse(text, Named.Only(network));
    }

    private static int ReadMagnitude(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k > 0
            ? k
            : throw new BadInputException(
                $"Case \"{text}\" has k={digits}: k is the largest integer drawn, a whole number from 1 up.");

    private static CaseValues ReadValues(string word, CaseKind kind, string text) =>
        CaseValues.For(kind).FirstOrDefault(values => values.Word == word)
        ?? throw new BadInputException($"Case \"{text}\" has values={word}: {Word(kind)} cases have {string.Join(", ", CaseValues.For(kind).Select(v => v.Word))}, or no such word.");

    private static int Size(string digits, string text) =>
        int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw new BadInputException($"Case \"{text}\" has the size {digits}, which is out of range: a size is a whole number from 1 to {Shape.MaxSize}.");

    [GeneratedRegex(@"^(?<network>[\w-]+)/(?<loss>[\w+-]+)(?: +(?<name>(?!seed=)[A-Za-z_][A-Za-z0-9_]*)=(?<size>-?[0-9]+))+ +(?<kind>exact|real) +(?<type>float64|float32) +seed=(?<seed>[0-9]+)(?: +k=(?<k>[0-9]+))?(?: +values=(?<values>[a-z]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

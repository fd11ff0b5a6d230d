using System.Globalization;
using System.Text.RegularExpressions;
using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>The one line from which a generated case is rebuilt, entry for entry.</summary>
/// <remarks>
/// The entries of an exact case are integers in −k..k; k is the largest that stays exact at the shape, or what the name says. Small integers make a report that
/// can be followed by hand.
/// </remarks>
/// <example><c>shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020</c>, or with <c>k=3</c> at its end.</example>
public sealed partial record CaseName(Network Network, Loss Loss, Shape Shape, CaseKind Kind, ElementType Type, ulong Seed, int? Magnitude = null)
{
    /// <summary>A name as an example in messages.</summary>
    public const string Example = "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020";

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Network.Name}/{Loss.Name} {Shape} {Word(Kind)} {Type} seed={Seed}{(Magnitude is { } k ? $" k={k}" : "")}");

    /// <summary>The word for a kind in names, files and commands.</summary>
    public static string Word(CaseKind kind) => kind == CaseKind.Exact ? "exact" : "real";

    /// <summary>Reads a case name.</summary>
    /// <exception cref="BadInputException">The text is not a case name, or names something unknown or out of range.</exception>
    /// <param name="text">The name.</param>
    /// <param name="own">The network, where it is not registered.</param>
    public static CaseName Parse(string text, Network? own = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            throw new BadInputException($"\"{text}\" is not a case name: write it like \"{Example}\".");
        }

        var network = own?.Name == match.Groups["network"].Value ? own : Registry.Networks.Find(match.Groups["network"].Value);
        var loss = Registry.Losses.Find(match.Groups["loss"].Value);
        var names = match.Groups["name"].Captures.Select(c => c.Value).ToList();
        if (!names.SequenceEqual(network.Dimensions))
        {
            throw new BadInputException(
                $"Case \"{text}\" names the dimensions {string.Join(' ', names)}; {network.Name} has {string.Join(' ', network.Dimensions)}, in this order.");
        }

        var sizes = match.Groups["size"].Captures.Select(c => Size(c.Value, text));
        if (!ulong.TryParse(match.Groups["seed"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            throw new BadInputException($"Case \"{text}\" has a seed that is not a whole number from 0 to {ulong.MaxValue}.");
        }

        int? magnitude = match.Groups["k"].Success ? ReadMagnitude(match.Groups["k"].Value, text) : null;
        if (magnitude is not null && match.Groups["kind"].Value == "real")
        {
            throw new BadInputException($"Case \"{text}\" is real and has a k: only exact cases have integers in −k..k; leave it out.");
        }

        return new CaseName(
            network,
            loss,
            new Shape(names.Zip(sizes)),
            match.Groups["kind"].Value == "exact" ? CaseKind.Exact : CaseKind.Real,
            ElementType.All.Single(t => t.Name == match.Groups["type"].Value),
            seed,
            magnitude);
    }

    private static int ReadMagnitude(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k > 0
            ? k
            : throw new BadInputException($"Case \"{text}\" has k={digits}: k is the largest integer drawn, a whole number from 1 up.");

    private static int Size(string digits, string text) =>
        int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw new BadInputException($"Case \"{text}\" has the size {digits}, which is out of range: a size is a whole number from 1 to {Shape.MaxSize}.");

    [GeneratedRegex(@"^(?<network>[\w-]+)/(?<loss>[\w-]+)(?: +(?<name>(?!seed=)[A-Za-z]+)=(?<size>-?[0-9]+))+ +(?<kind>exact|real) +(?<type>float64|float32) +seed=(?<seed>[0-9]+)(?: +k=(?<k>[0-9]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

using System.Globalization;
using System.Text.RegularExpressions;
using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>The one line from which a generated case is rebuilt, entry for entry.</summary>
/// <example><c>shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020</c></example>
public sealed partial record CaseName(Network Network, Loss Loss, Shape Shape, CaseKind Kind, ElementType Type, ulong Seed)
{
    /// <summary>A name as an example in messages.</summary>
    public const string Example = "shared-weight/squared-error n=2 h=3 m=1 B=1 exact float64 seed=2020";

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Network.Name}/{Loss.Name} {Shape} {Word(Kind)} {Type} seed={Seed}");

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

        return new CaseName(
            network,
            loss,
            new Shape(names.Zip(sizes)),
            match.Groups["kind"].Value == "exact" ? CaseKind.Exact : CaseKind.Real,
            ElementType.All.Single(t => t.Name == match.Groups["type"].Value),
            seed);
    }

    private static int Size(string digits, string text) =>
        int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw new BadInputException($"Case \"{text}\" has the size {digits}, which is out of range: a size is a whole number from 1 to {Shape.MaxSize}.");

    [GeneratedRegex(@"^(?<network>[\w-]+)/(?<loss>[\w-]+)(?: +(?<name>(?!seed=)[A-Za-z]+)=(?<size>-?[0-9]+))+ +(?<kind>exact|real) +(?<type>float64|float32) +seed=(?<seed>[0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

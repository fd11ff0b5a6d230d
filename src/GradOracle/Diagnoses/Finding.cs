using System.Globalization;
using GradOracle.Messages;

namespace GradOracle.Diagnoses;

/// <summary>A mistake as a value: its kind, its place, a factor, and the names of what takes part in it.</summary>
/// <param name="Kind">The kind: a sentence in which <c>{P}</c> stands for the place, <c>{F}</c> for what the factor
/// does, <c>{0}</c> and <c>{1}</c> for the names.</param>
/// <param name="Place">Where it is; null where it is at no single place.</param>
/// <param name="Factor">The factor that does not belong there; null where there is none.</param>
/// <param name="Names">The names of values, tensors or adjoints.</param>
internal sealed record Finding(string Kind, Place? Place, Coefficient? Factor, params IReadOnlyList<string> Names)
{
    public Finding(string kind, Place? place, params IReadOnlyList<string> names)
        : this(kind, place, null, names)
    {
    }

    /// <summary>The other places at which the same was done: at other steps.</summary>
    public IReadOnlyList<Place> Also { get; init; } = [];

    /// <summary>All its places.</summary>
    public IEnumerable<Place> Places => Place is null ? Also : Also.Prepend(Place).Distinct();

    /// <summary>How a sentence begins that is said of one gradient, and in other words of several.</summary>
    public const string HasIts = "{P} has its ";

    /// <summary>A factor at a place.</summary>
    public static Finding Scaled(Place place, Coefficient factor) => new("{P} {F}", place, factor);

    /// <summary>What is said of the place, where that is all there is to say: <c>is missing</c>; empty where the
    /// sentence says more.</summary>
    public string Said => Kind.StartsWith("{P} ", StringComparison.Ordinal) ? Filled(Kind["{P} ".Length..]) : "";

    /// <summary>The mistake in words.</summary>
    public override string ToString() => Filled(Kind);

    /// <summary>The same words without those of the place.</summary>
    public string Without(string place) => ToString().Replace(place, "", StringComparison.Ordinal);

    /// <summary>The same on the gradients of several tensors.</summary>
    public Finding OfAll(IReadOnlyList<string> tensors)
    {
        var gradients = TensorWords.GradientsOf(tensors);
        var kind = Factor is not null ? $"{gradients} {Factor.WordsOfSeveral}"
            : Kind.Replace(HasIts, $"{gradients} have their ", StringComparison.Ordinal)
                .Replace("{P}", gradients, StringComparison.Ordinal);
        return this with
        {
            Kind = kind,
            Place = Diagnoses.Place.Gradient(tensors[0]),
            Also = [.. tensors.Skip(1).Select(Diagnoses.Place.Gradient)],
        };
    }

    private string Filled(string text)
    {
        text = text.Replace(
            "{P}", Place?.ToString(), StringComparison.Ordinal).Replace("{F}", Factor?.Words, StringComparison.Ordinal);
        for (var i = 0; i < Names.Count; i++)
        {
            text = text.Replace(
                string.Create(CultureInfo.InvariantCulture, $"{{{i}}}"), Names[i], StringComparison.Ordinal);
        }

        return text;
    }
}

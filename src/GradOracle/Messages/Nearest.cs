using FuzzySharp;

namespace GradOracle.Messages;

/// <summary>The name that a person probably meant.</summary>
internal static class Nearest
{
    /// <summary>Of how many letters in a hundred names must have in common to be taken for one another.</summary>
    public const int Alike = 50;

    /// <summary>The name most like what was written; null where none is like it.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="names">The names that there are.</param>
    /// <param name="alike">How like it must be, in a hundred.</param>
    /// <param name="ignoresCase">Whether capital and small letters are the same.</param>
    public static string? To(string written, IEnumerable<string> names, int alike = Alike, bool ignoresCase = false)
    {
        string Folded(string name) => ignoresCase ? name.ToUpperInvariant() : name;
        int Likeness(string name) => Fuzz.Ratio(Folded(name), Folded(written));
        return names.MaxBy(Likeness) is { } nearest && Likeness(nearest) >= alike ? nearest : null;
    }
}

using System.Globalization;

namespace GradOracle.Verdicts;

/// <summary>Why a tensor is inconclusive or not comparable, in words.</summary>
/// <param name="alone">The case, a batch of one.</param>
internal sealed class Reasons(CaseStack alone)
{
    // One place, however many tensors it reaches.
    private readonly Lazy<string> _inBoth = new(() => Undefined.Of(alone)
        ?? $"overflow{(Overflow.Of(alone) is { } place ? $" at {place}" : "")} in both: the numbers are too large for {alone.Type}");

    /// <summary>That the bound says nothing.</summary>
    public static string TooWide(EntryStatistics found) => !(found.Width < 1)
        ? "the rounding bound is as large as the gradient itself"
        : $"the rounding bound is {found.Width.ToString("0.#E+0", CultureInfo.InvariantCulture)} of the largest entry";

    /// <summary>That an entry is not finite, and whose.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="at">Where it stands.</param>
    public string NotFinite(EntryComparison entry, string at)
    {
        if (!double.IsFinite(entry.Actual) && !double.IsFinite(entry.Expected))
        {
            return _inBoth.Value;
        }

        var (who, value) = double.IsFinite(entry.Actual)
            ? ("autograd", entry.Expected)
            : ("the derivation", entry.Actual);
        return $"{who} has {(double.IsNaN(value) ? "NaN" : "infinity")} at {at}";
    }
}

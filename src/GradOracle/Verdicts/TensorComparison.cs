namespace GradOracle.Verdicts;

/// <summary>One tensor of one case: the derivation's against autograd's.</summary>
/// <param name="Name">The parameter or input; <c>Ŷ</c> for the forward output.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Differing">How many entries differ by more than the bound.</param>
/// <param name="Worst">The entry that differs most, in units of the bound; null where none was compared.</param>
/// <param name="Reason">Why the verdict is inconclusive or not comparable; null otherwise.</param>
internal sealed record TensorComparison(
    string Name, Sizes Sizes, Verdict Verdict, int Differing, EntryComparison? Worst, string? Reason)
{
    /// <summary>Where the worst entry stands, along every axis; empty where there is none.</summary>
    public string WorstPlace => Worst is { } worst ? Sizes.PlaceOf(worst.Row * Sizes.Columns + worst.Column) : "";

    /// <summary>Whether the values may be right, and how they came about is not.</summary>
    public bool IsMisconduct { get; init; }

    /// <summary>What the verdict rests on.</summary>
    public Basis Basis { get; init; }

    /// <summary>Whether it is nothing on both sides, beside what its terms could add up to: it agrees, and nothing was
    /// tested.</summary>
    public bool IsZero { get; init; }

    /// <summary>Whether it is not finite on both sides: the numbers are too large, and nobody is wrong.</summary>
    public bool Overflows => Verdict == Verdict.NotComparable
        && Worst is { } worst
        && !double.IsFinite(worst.Expected)
        && !double.IsFinite(worst.Actual);
}

/// <summary>
/// One entry, counted from 0, its row among those of all panels: the oracle's (or approved) value, the value on trial,
/// and the bound on their difference.
/// </summary>
internal sealed record EntryComparison(int Row, int Column, double Expected, double Actual, double Bound)
{
    /// <summary>|expected − actual| in units of the bound; infinite where the bound is 0 and they differ.</summary>
    public double ErrorInBounds => InBounds(Math.Abs(Expected - Actual), Bound);

    /// <summary>A difference in units of a bound.</summary>
    internal static double InBounds(double difference, double bound) =>
        difference == 0 ? 0 : bound == 0 || double.IsNaN(difference) ? double.PositiveInfinity : difference / bound;
}

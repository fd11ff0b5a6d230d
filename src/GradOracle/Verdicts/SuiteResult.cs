namespace GradOracle.Verdicts;

/// <summary>What a check found over the cases of one loss, kind and element type.</summary>
internal sealed record SuiteResult
{
    /// <summary>The loss.</summary>
    public required Loss Loss { get; init; }

    /// <summary>Exact or real.</summary>
    public required CaseKind Kind { get; init; }

    /// <summary>The element type.</summary>
    public required ElementType Type { get; init; }

    /// <summary>One entry for each shape the cases had, in the order they were drawn.</summary>
    public required IReadOnlyList<ShapeResult> Shapes { get; init; }

    /// <summary>What the entries of its cases were like: <c>k=2</c>, <c>hot</c>; empty for plain ones.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>How many cases got each verdict.</summary>
    public required IReadOnlyDictionary<Verdict, int> Counts { get; init; }

    /// <summary>The largest error of any comparable case in units of the rounding bound: above 1 it disagrees. 0 where
    /// all exact cases agree.</summary>
    public required double WorstErrorInBounds { get; init; }

    /// <summary>
    /// Base-2 logarithm of the largest probability with which this many exact cases all agree though the derivation's
    /// gradients are, at every shape drawn, other polynomials of degree at most d with coefficients and values on the
    /// lattice: the sum of log₂ min(1, d/(2k+1)) over the cases (Schwartz 1980; Zippel 1979). A wrong term so small
    /// that it is rounded away is not such a polynomial; real cases are for those. Suites share their seeds, so these
    /// numbers do not add up across suites. Null for real cases and where not all agree.
    /// </summary>
    public required double? FalseAcceptLog2 { get; init; }

    /// <summary>The largest degree of the gradients as polynomials in all entries, over the shapes; null where they
    /// are none.</summary>
    public int? Degree { get; init; }

    /// <summary>What the cases that agree are worth.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>Oracles that could not serve some of the cases, each with the reason: they do not count as
    /// agreeing.</summary>
    public IReadOnlyList<(string Oracle, string Reason)> NotApplicable { get; init; } = [];

    /// <summary>How long the suite took: its shapes and cases, without what a process pays once (loading libtorch, and
    /// its first calls).</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Some of the cases that do not agree, in full, the smallest first.</summary>
    public required IReadOnlyList<CaseComparison> Findings { get; init; }

    /// <summary>All cases.</summary>
    public int Cases => Counts.Values.Sum();

    /// <summary>The worst verdict of the cases.</summary>
    public Verdict Verdict => Counts.Where(c => c.Value > 0).Max(c => c.Key);
}

/// <summary>What a check found over the cases of one shape.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Cases">How many cases it had.</param>
/// <param name="Verdict">The worst verdict of the cases.</param>
/// <param name="WorstErrorInBounds">The largest error of any comparable case in units of the rounding bound.</param>
internal sealed record ShapeResult(Shape Shape, int Cases, Verdict Verdict, double WorstErrorInBounds);

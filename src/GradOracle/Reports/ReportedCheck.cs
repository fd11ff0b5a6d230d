using System.Text.Json.Serialization;
using GradOracle.Messages;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>One derivation against autograd over random cases.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Derivation">The derivation's name.</param>
/// <param name="Summary">The derivation in one line of mathematics.</param>
/// <param name="Verdict">The worst verdict.</param>
/// <param name="Sentence">The verdict in one sentence.</param>
/// <param name="Suites">One for each loss, kind and element type.</param>
internal sealed record ReportedCheck(
    string Network,
    string Derivation,
    string Summary,
    Verdict Verdict,
    string Sentence,
    IReadOnlyList<ReportedSuite> Suites)
{
    /// <summary>Losses without exact cases, because something on the way is smooth and no polynomial.</summary>
    public IReadOnlyList<string> WithoutExactCases { get; init; } = [];

    /// <summary>Which shapes and which values the cases had, a line each.</summary>
    public IReadOnlyList<string> Covered { get; init; } = [];

    /// <summary>What is to be known beside the verdict and is no failure: gradients of which nothing was tested, exact
    /// cases that are not held to equality.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>The cases of one loss, kind and element type.</summary>
internal sealed record ReportedSuite
{
    /// <summary>The loss's name.</summary>
    public required string Loss { get; init; }

    /// <summary>exact or real.</summary>
    public required CaseKind Kind { get; init; }

    /// <summary>float64 or float32.</summary>
    public required string Type { get; init; }

    /// <summary>How many cases got each verdict; verdicts that none got are left out.</summary>
    public required IReadOnlyDictionary<Verdict, int> Counts { get; init; }

    /// <summary>How many cases there are.</summary>
    [JsonIgnore]
    public long Cases => Counts.Values.Sum(count => (long)count);

    /// <summary>How many of them agree.</summary>
    [JsonIgnore]
    public int Agreeing => Counts.GetValueOrDefault(Verdict.Agrees);

    /// <summary>The largest error of any comparable case in units of the rounding bound.</summary>
    public required double WorstErrorInBounds { get; init; }

    /// <summary>See <see cref="SuiteResult.FalseAcceptLog2"/>.</summary>
    public double? FalseAcceptLog2 { get; init; }

    /// <summary>Of the real cases that agree, the widest bound beside the largest entry of its gradient; 0 where there
    /// is none.</summary>
    public double WidestBound { get; init; }

    /// <summary>How many cases agree by the estimate.</summary>
    public int Estimated { get; init; }

    /// <summary>What agreement is worth: the probability that a wrong polynomial passes all exact cases, or the widest
    /// bound, with <c>≈</c> where it is estimated somewhere.</summary>
    [JsonIgnore]
    public string Power => FalseAcceptLog2 is { } log2 ? NumberFormat.PowerOfTwo(log2)
        : WidestBound > 0 ? $"{(Estimated > 0 ? "≈" : "")}{NumberFormat.Width(WidestBound)}"
        : "–";

    /// <summary>Oracles that could not serve some of the cases.</summary>
    public IReadOnlyList<ReportedReason> NotApplicable { get; init; } = [];

    /// <summary>One for each shape that was drawn: what the pictures of a sweep are made of.</summary>
    public IReadOnlyList<ReportedShape> Shapes { get; init; } = [];
}

/// <summary>An oracle and why it could not serve.</summary>
internal sealed record ReportedReason(string Oracle, string Reason);

/// <summary>The cases of one shape.</summary>
/// <param name="Shape">The sizes by the names of the dimensions, in order.</param>
/// <param name="Entries">How many entries the parameters and inputs have in all.</param>
/// <param name="Cases">How many cases.</param>
/// <param name="Verdict">The worst verdict.</param>
/// <param name="WorstErrorInBounds">The largest error in units of the rounding bound.</param>
internal sealed record ReportedShape(
    IReadOnlyDictionary<string, int> Shape, int Entries, int Cases, Verdict Verdict, double WorstErrorInBounds);

using System.Text.Json.Serialization;

namespace GradOracle.Reports;

/// <summary>One tensor of a case.</summary>
internal sealed record ReportedTensor
{
    /// <summary>The parameter or input; Ŷ for the output.</summary>
    public required string Name { get; init; }

    /// <summary>Rows: of all panels, where there are more than two axes.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns.</summary>
    public required int Columns { get; init; }

    /// <summary>The sizes along all axes, where it is no matrix; null where it is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Sizes { get; init; }

    /// <summary>The sizes along all axes.</summary>
    [JsonIgnore]
    public Sizes Axes => Sizes is null ? new(Rows, Columns) : new([.. Sizes]);

    /// <summary>What was found.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>How many entries differ by more than the bound.</summary>
    public required int Differing { get; init; }

    /// <summary>Why it is inconclusive or not comparable, or what is known of the way it differs; null
    /// otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the verdict rests on the estimate, because the proven bound does not decide.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEstimated { get; init; }

    /// <summary>Whether it is nothing on both sides, beside what its terms could add up to: it agrees, and nothing was
    /// tested.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsZero { get; init; }

    /// <summary>
    /// The gradient as the chain rule writes it: <c>∂L/∂H1 X1ᵀ + ∂L/∂H2 X2ᵀ</c>, a term for each use; empty where it
    /// was not asked for.
    /// </summary>
    public IReadOnlyList<ReportedTerm> Formula { get; init; } = [];

    /// <summary>The entries that differ most, the worst first; one, where that is all that is known.</summary>
    public IReadOnlyList<ReportedEntry> Worst { get; init; } = [];

    /// <summary>
    /// All of the matrix, or its blocks where it is large; of a tensor of more than two axes the panels that differ
    /// most, one below the other. Null where it was not asked for.
    /// </summary>
    public ReportedMap? Map { get; init; }

    /// <summary>Entry by entry around the worst one, where <see cref="Map"/> shows blocks.</summary>
    public ReportedMap? Zoom { get; init; }

    /// <summary>Where an entry stands, along every axis: <c>[1,0,2]</c>.</summary>
    public string PlaceOf(ReportedEntry entry) => Axes.PlaceOf(entry.Row * Columns + entry.Column);

    /// <summary>The sizes of what is no matrix, as it is reported.</summary>
    public static IReadOnlyList<int>? SizesOf(Sizes sizes) => sizes.Count == 2 ? null : [.. sizes];
}

using System.Text.Json.Serialization;

namespace GradOracle.Reports;

/// <summary>A failing case small enough to be followed by hand.</summary>
/// <param name="Name">The case.</param>
/// <param name="Replay">What checks it again.</param>
/// <param name="Tensors">Parameters, inputs and target; none where a matrix is too large to be followed by
/// hand.</param>
/// <param name="Expected">The expected gradients that the derivation does not give.</param>
/// <param name="Actual">What it gives in their place.</param>
internal sealed record ReportedSmallest(
    string Name, string Replay, IReadOnlyList<ReportedMatrix> Tensors, IReadOnlyList<ReportedMatrix> Expected, IReadOnlyList<ReportedMatrix> Actual)
{
    /// <summary>
    /// The wrong gradients entry by entry, with what each term contributes; null where the case is no smaller.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReportedTensor>? Wrong { get; init; }
}

/// <summary>A matrix by its name, row after row.</summary>
internal sealed record ReportedMatrix(string Name, IReadOnlyList<IReadOnlyList<double>> Rows)
{
    /// <summary>
    /// The sizes along all axes, where it is no matrix: rows are those of all panels; null where it is one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Sizes { get; init; }

    /// <summary>
    /// The panels, each a matrix under its place; one of no place where there are not more than two axes.
    /// </summary>
    [JsonIgnore]
    public IEnumerable<(string Place, IReadOnlyList<IReadOnlyList<double>> Rows)> Panels =>
        Sizes is { Count: > 2 } && new Sizes([.. Sizes]) is var sizes
        ? Rows.Chunk(sizes.Rows).Select(
            (rows, panel) => (sizes.PanelOf(panel), (IReadOnlyList<IReadOnlyList<double>>)rows))
        : [("", Rows)];
}

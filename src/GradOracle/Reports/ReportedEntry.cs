using System.Text.Json.Serialization;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>One entry, counted from 0, its row among those of all panels.</summary>
internal sealed record ReportedEntry(int Row, int Column, double Expected, double Actual, double Bound)
{
    /// <summary>See <see cref="EntryComparison.ErrorInBounds"/>.</summary>
    [JsonIgnore]
    public double ErrorInBounds => EntryComparison.InBounds(Math.Abs(Expected - Actual), Bound);
}

/// <summary>A matrix as a grid of entries: every entry, or of every block the one with the largest error.</summary>
/// <param name="FirstRow">The row of the matrix at which the grid begins.</param>
/// <param name="FirstColumn">The column at which it begins.</param>
/// <param name="BlockRows">How many rows of the matrix one row of the grid stands for.</param>
/// <param name="BlockColumns">How many columns one column of the grid stands for.</param>
/// <param name="Entries">The entries, row after row of the grid.</param>
internal sealed record ReportedMap(
    int FirstRow,
    int FirstColumn,
    int BlockRows,
    int BlockColumns,
    IReadOnlyList<IReadOnlyList<ReportedEntry>> Entries);

namespace GradOracle.Reports;

/// <summary>Which part of a run a report is of: every so-manieth of its checks.</summary>
/// <param name="Number">Which shard, from 1.</param>
/// <param name="Count">Into how many the run was parted.</param>
/// <param name="Checks">How many checks the whole run has.</param>
internal sealed record ReportedShard(int Number, int Count, int Checks)
{
    /// <summary>The numbers of its checks among all, from 0.</summary>
    public IEnumerable<int> Indices() =>
        Enumerable.Range(0, Checks).Where(index => index % Count == Number - 1);

    /// <summary>What falls to it.</summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> all) => [.. Indices().Select(index => all[index])];

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Number}/{Count}");
}

using GradOracle.Networks;

namespace GradOracle.Cases;

/// <summary>Which cases one suite has: so many of each of its shapes, plain ones and others, always two or more of one
/// shape and one sort together.</summary>
/// <param name="kind">Exact or real.</param>
/// <param name="type">The element type.</param>
/// <param name="suite">The number of the suite.</param>
internal sealed class SuiteDraw(CaseKind kind, ElementType type, int suite)
{
    // Beyond this a batch no longer fits the caches, below it calls cost more than arithmetic.
    private const int BatchBytes = 1 << 20;
    private const int LargestBatch = 4096;
    private const int SortsBetweenSuites = 3;
    private const int FirstShapes = 4; // a handful of cases are plain

    private static readonly Sort s_plain = new(null, null);

    // An odd number of each, so that every shape meets every sort where there are enough cases. k = 1, 2, 3 show what a
    // few small integers show: ties, zeros, kinks.
    private static readonly Sort[] s_exact =
    [
        s_plain, new(1, null), s_plain, new(null, CaseValues.Near), s_plain, new(2, null), s_plain, new(null, CaseValues.Hit), new(3, null), s_plain, new(null, CaseValues.Still),
    ];

    private static readonly Sort[] s_real =
    [
        s_plain, new(null, CaseValues.HotEntry), new(null, CaseValues.Tiny), s_plain, new(null, CaseValues.Large), new(null, CaseValues.Zeros), s_plain, new(null, CaseValues.Steep),
        new(null, CaseValues.Ties), s_plain, new(null, CaseValues.Blank), new(null, CaseValues.Huge), s_plain, new(null, CaseValues.Denormal), new(null, CaseValues.Still),
        s_plain, new(null, CaseValues.Large),
    ];

    /// <summary>The batches: the first case of each, and how many follow with consecutive seeds.</summary>
    /// <param name="scenarios">The shapes.</param>
    /// <param name="cases">How many cases in all.</param>
    /// <param name="seed">The seed of the first.</param>
    public IEnumerable<(CaseId First, int Count)> Batches(IReadOnlyList<Scenario> scenarios, int cases, ulong seed)
    {
        for (var i = 0; i < scenarios.Count; i++)
        {
            var share = cases / scenarios.Count + (i < cases % scenarios.Count ? 1 : 0);
            foreach (var (sort, count) in Shares(i, share))
            {
                var first = First(scenarios[i], sort);
                var size = BatchSizeOf(scenarios[i]);
                for (var left = count; left > 0;)
                {
                    var taken = left <= size + 1 ? left : size; // nobody is left alone
                    yield return (first with { Seed = seed }, taken);
                    (left, seed) = (left - taken, seed + (ulong)taken);
                }
            }
        }
    }

    /// <summary>How many cases of a shape go through a batch.</summary>
    public static int BatchSizeOf(Scenario scenario) =>
        (int)Math.Clamp(BatchBytes / (scenario.Gradients.EntriesOfACase * sizeof(double)), 2, LargestBatch);

    // Pairs go round the sorts; the sorts of a shape begin where those of the shape before began, one further.
    private IEnumerable<(Sort Sort, int Count)> Shares(int shape, int share)
    {
        var sorts = kind == CaseKind.Exact ? s_exact : s_real;
        var start = shape < FirstShapes ? 0 : shape + suite * SortsBetweenSuites;
        var (pairs, single) = (share / 2, share % 2);
        return sorts.Select(
            (_, t) => (
                Sort: sorts[(start + t) % sorts.Length],
                Count: 2 * ((pairs - t + sorts.Length - 1) / sorts.Length) + (t == 0 ? single : 0)))
            .Where(s => s.Count > 0)
            .GroupBy(s => s.Sort, s => s.Count)
            .Select(group => (group.Key, group.Sum()));
    }

    // Where no such integers stay exact, plain ones do.
    private CaseId First(Scenario scenario, Sort sort)
    {
        var values = sort.Values is { IsOfTheTarget: true } && !scenario.HasFreeTarget ? null : sort.Values;
        var name = new CaseId(scenario, kind, type, 0, sort.Magnitude, values);
        return kind == CaseKind.Real || name.Range is > 0 and var k && k <= name.LargestRange
            ? name
            : new CaseId(scenario, kind, type, 0);
    }

    private sealed record Sort(int? Magnitude, CaseValues? Values);
}

using GradOracle.Verdicts;

namespace GradOracle.Benchmarks;

/// <summary>What was counted of one network in one element type, over plain entries or over others.</summary>
internal sealed class Row(Network network, ElementType type, bool isPlain)
{
    // Missed errors of so many roundings are named.
    private const double NamedFrom = 1 << 16;

    public Network Network => network;

    public ElementType Type => type;

    public bool IsPlain => isPlain;

    public long Judged, Estimated, Inconclusive, Refused, Overflowed;
    public double Worst, Widest, WorstInEstimates;
    public long BeyondEstimate;

    public long[] Missed { get; } = new long[Tolerance.Errors.Length];

    /// <summary>Those of the missed that are gradients of nothing but rounding.</summary>
    public long[] Nothing { get; } = new long[Tolerance.Errors.Length];

    public long[] Spoiled { get; } = new long[Tolerance.Errors.Length];

    public SortedDictionary<string, double> ByWriting { get; } = [];

    public List<string> Names { get; } = [];

    public static Row Of(Row[] rows)
    {
        var all = new Row(null!, null!, isPlain: false);
        Array.ForEach(rows, all.Add);
        return all;
    }

    public void Add(string writing, Verdict verdict, double error, Evidence evidence, string name)
    {
        Judged++;
        Estimated += evidence.Estimated;
        Inconclusive += verdict == Verdict.Inconclusive ? 1 : 0;
        Refused += verdict == Verdict.Disagrees ? 1 : 0;
        Overflowed += verdict == Verdict.NotComparable ? 1 : 0;
        if (verdict is Verdict.Agrees or Verdict.Disagrees)
        {
            Worst = Math.Max(Worst, error);
            Widest = Math.Max(Widest, evidence.WidestBound);
            ByWriting[writing] = Math.Max(ByWriting.GetValueOrDefault(writing), error);
        }

        if (verdict >= Verdict.Inconclusive || error > 1)
        {
            Names.Add(FormattableString.Invariant($"{verdict} {error:0.###} {writing}: {name}"));
        }
    }

    public void AddEstimate(double error, string name, string writing)
    {
        WorstInEstimates = Math.Max(WorstInEstimates, error);
        BeyondEstimate += error > 1 ? 1 : 0;
        if (error > 1)
        {
            Names.Add(FormattableString.Invariant($"estimate alone {error:0.###} {writing}: {name}"));
        }
    }

    public void AddSpoiled(int error, bool isMissed, bool isNothing, string name)
    {
        Spoiled[error]++;
        Missed[error] += isMissed ? 1 : 0;
        Nothing[error] += isNothing ? 1 : 0;
        if (isMissed && !isNothing && Tolerance.Errors[error] >= NamedFrom * type.UnitRoundoff)
        {
            Names.Add(FormattableString.Invariant($"missed {Tolerance.Errors[error]:0E+0}: {name}"));
        }
    }

    public void Add(Row other)
    {
        WorstInEstimates = Math.Max(WorstInEstimates, other.WorstInEstimates);
        BeyondEstimate += other.BeyondEstimate;
        Judged += other.Judged;
        Estimated += other.Estimated;
        Inconclusive += other.Inconclusive;
        Refused += other.Refused;
        Overflowed += other.Overflowed;
        (Worst, Widest) = (Math.Max(Worst, other.Worst), Math.Max(Widest, other.Widest));
        for (var e = 0; e < Missed.Length; e++)
        {
            Missed[e] += other.Missed[e];
            Nothing[e] += other.Nothing[e];
            Spoiled[e] += other.Spoiled[e];
        }

        foreach (var (writing, worst) in other.ByWriting)
        {
            ByWriting[writing] = Math.Max(ByWriting.GetValueOrDefault(writing), worst);
        }

        Names.AddRange(other.Names);
    }
}

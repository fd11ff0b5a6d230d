using GradOracle.Bounds;

namespace GradOracle.Verdicts;

/// <summary>Holds gradients of named values on the way, where a derivation hands them in, against the expected
/// ones.</summary>
/// <remarks>They are judged by the theorem alone: what it does not decide is inconclusive.</remarks>
/// <param name="batch">The cases; of the real kind where equality is not owed.</param>
/// <param name="received">What is on trial.</param>
/// <param name="expected">What is expected.</param>
internal sealed class WayBack(CaseStack batch, GradientStack received, GradientStack expected)
{
    private readonly Dictionary<string, double[]?> _errors = [];

    // Those that are there on both sides, the last one of the forward first.
    private readonly List<(TensorStack Received, TensorStack Expected)> _pairs =
    [
        .. from node in received.Intermediates.Count == 0 ? [] : batch.Scenario.NamedValues
           let mine = received.Intermediates.FirstOrDefault(t => t.Name == node.Name)
           let right = expected.Intermediates.FirstOrDefault(t => t.Name == node.Name)
           where mine is not null && right is not null
           select (mine, right),
    ];

    /// <summary>Whether all are the same in every case.</summary>
    public bool IsSame => _pairs.TrueForAll(t => EntryStatistics.AreSame(t.Received.Values, t.Expected.Values));

    /// <summary>The worst verdict on one case, and its largest error in units of the bound.</summary>
    public (Verdict Verdict, double ErrorInBounds) Judge(int index)
    {
        var (verdict, worst) = (Verdict.Agrees, 0.0);
        foreach (var pair in _pairs)
        {
            var found = Find(index, pair.Received, pair.Expected);
            verdict = found.Verdict > verdict ? found.Verdict : verdict;
            worst = Math.Max(worst, found.Statistics.WorstInBounds);
        }

        return (verdict, worst);
    }

    /// <summary>All of one case in full, on the way back.</summary>
    public IReadOnlyList<TensorComparison> Describe(int index, Reasons reasons) =>
        [.. _pairs.Select(pair => Describe(index, pair.Received, pair.Expected, reasons))];

    private TensorComparison Describe(int index, TensorStack mine, TensorStack right, Reasons reasons)
    {
        if (received.FaultOf(index, right.Name) is { } fault)
        {
            return new(right.Name, right.Sizes, Verdict.NotComparable, 0, null, fault);
        }

        var found = Find(index, mine, right);
        var at = found.Statistics.WorstIndex;
        var bound = EntryStatistics.AllowedAt(ErrorsOf(index, right), at);
        var worst = new EntryComparison(
            at / right.Columns, at % right.Columns, right[index][at], mine[index][at], bound);
        var reason = found.Verdict switch
        {
            Verdict.NotComparable => reasons.NotFinite(worst, right.Sizes.PlaceOf(at)),
            Verdict.Inconclusive => Reasons.TooWide(found.Statistics),
            _ => null,
        };
        return new(right.Name, right.Sizes, found.Verdict, found.Statistics.Differing, worst, reason)
        {
            Basis = found.Basis,
            IsZero = found.IsZero,
        };
    }

    private TensorFinding Find(int index, TensorStack mine, TensorStack right)
    {
        if (received.FaultOf(index, right.Name) is not null)
        {
            return TensorFinding.Missing;
        }

        var found = EntryStatistics.Of(mine[index], right[index], ErrorsOf(index, right));
        var undecided = found.Differing > 0 ? Verdict.Disagrees
            : found.Width <= TensorFinding.Telling(batch.Type) ? Verdict.Agrees
            : Verdict.Inconclusive;
        return TensorFinding.Of(found, batch.Type) ?? new(undecided, Basis.Proven, found);
    }

    private ReadOnlySpan<double> ErrorsOf(int index, TensorStack tensor)
    {
        if (!_errors.TryGetValue(tensor.Name, out var errors))
        {
            _errors[tensor.Name] = errors = RoundingErrors.OfNamed(batch, tensor.Name);
        }

        return errors is null ? default : errors.AsSpan(index * tensor.Length, tensor.Length);
    }
}

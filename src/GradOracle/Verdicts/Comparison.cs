using System.Runtime.InteropServices;
using GradOracle.Cases;
using GradOracle.Oracles;

namespace GradOracle.Verdicts;

/// <summary>Holds the derivation's outputs and gradients of a batch against autograd's.</summary>
public sealed class Comparison
{
    private readonly CaseBatch _batch;
    private readonly GradientBatch _derivation;
    private readonly GradientBatch _autograd;
    private readonly GradientBatch? _majorant;
    private readonly Dictionary<string, RoundingBound> _bounds = [];
    private readonly Dictionary<int, string> _overflows = [];

    private readonly Func<int, string> _replay;

    private Comparison(CaseBatch batch, GradientBatch derivation, GradientBatch autograd, Func<int, string>? replay)
    {
        (_batch, _derivation, _autograd) = (batch, derivation, autograd);
        _replay = replay ?? (index => $"gradoracle check {batch.ReplayOf(index)}");
        if (batch.Kind == CaseKind.Real)
        {
            var certificate = Certificate.Of(batch.Network, batch.Loss, batch.Shape, batch.Type);
            if (certificate.NeedsRunningError)
            {
                _majorant = RunningError.Of(batch);
                foreach (var stack in Tensors(autograd))
                {
                    _bounds[stack.Name] = RoundingBound.AsGiven;
                }

                return;
            }

            _majorant = Autograd.Majorant(batch);
            var raised = batch.LargestMagnitude() <= 1 ? null : Autograd.Raised(batch);
            foreach (var stack in Tensors(autograd))
            {
                var largest = raised is null ? certificate.AtOne(stack.Name) : Tensors(raised).Single(t => t.Name == stack.Name).Values.Max();
                _bounds[stack.Name] = RoundingBound.Of(certificate.Roundings(stack.Name), batch.Type, largest);
            }
        }
    }

    private static IEnumerable<TensorStack> Tensors(GradientBatch batch) => batch.Gradients.Append(batch.Output);

    /// <summary>Compares every case of a batch: exact cases entry for entry, real cases within the rounding bound.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="derivation">The outputs and gradients on trial.</param>
    /// <param name="autograd">Those that are expected.</param>
    /// <param name="replay">What checks a case again; by default the command, with the network's own derivation.</param>
    public static Comparison Of(CaseBatch batch, GradientBatch derivation, GradientBatch autograd, Func<int, string>? replay = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(autograd);
        return new(batch, derivation, autograd, replay);
    }

    /// <summary>The verdict on one case, and its largest error in units of the bound over all gradients.</summary>
    public (Verdict Verdict, double ErrorInBounds) Judge(int index)
    {
        var (verdict, worst) = Judge(index, _derivation.Output, _autograd.Output);
        if (verdict > Verdict.Inconclusive)
        {
            return (Verdict.NotComparable, worst);
        }

        for (var i = 0; i < _autograd.Gradients.Count; i++)
        {
            var (v, e) = Judge(index, _derivation.Gradients[i], _autograd.Gradients[i]);
            verdict = v > verdict ? v : verdict;
            worst = Math.Max(worst, e);
        }

        return (verdict, worst);
    }

    /// <summary>One case in full.</summary>
    public CaseComparison Describe(int index)
    {
        var comparison = DescribeTensors(index);
        return comparison.Verdict == Verdict.Agrees && TestsNothing(index)
            ? comparison with { Verdict = Verdict.Inconclusive, Tensors = [.. comparison.Tensors.Select(t => t with { Verdict = Verdict.Inconclusive, Reason = "all gradients are zero, so the case tests nothing" })] }
            : comparison;
    }

    /// <summary>One entry of a gradient or of the output of one case; null where there is nothing to compare: the tensor is missing, has another size, or is not one of these.</summary>
    internal Func<int, int, EntryComparison>? EntriesOf(int index, string tensor)
    {
        if (Tensors(_autograd).FirstOrDefault(t => t.Name == tensor) is not { } autograd || _derivation.FaultOf(index, tensor) is not null)
        {
            return null;
        }

        var derivation = Tensors(_derivation).Single(t => t.Name == tensor);
        return (row, column) => Entry(index, derivation, autograd, row * autograd.Columns + column);
    }

    private EntryComparison Entry(int index, TensorStack derivation, TensorStack autograd, int at) => new(
        at / autograd.Columns, at % autograd.Columns, autograd[index][at], derivation[index][at],
        MajorantOf(index, autograd.Name) is { IsEmpty: false } majorant ? Bound(autograd.Name).At(majorant[at]) : 0);

    // A drawn case may be all zeros among many; a case of one's own that is would pass any derivation.
    private bool TestsNothing(int index) =>
        _batch.File is not null && _autograd.Gradients.All(g => Tally.Of(g[index], g[index], default, []).IsZero);

    private CaseComparison DescribeTensors(int index)
    {
        var forward = Describe(index, _derivation.Output, _autograd.Output);
        var comparable = forward.Verdict <= Verdict.Inconclusive;
        var tensors = comparable
            ? _autograd.Gradients.Select((autograd, i) => Describe(index, _derivation.Gradients[i], autograd)).ToList()
            : [];
        var verdict = comparable ? tensors.Append(forward).Max(t => t.Verdict) : Verdict.NotComparable;
        return new(_batch.NameOf(index), _replay(index), verdict, forward, tensors);
    }

    private (Verdict Verdict, double ErrorInBounds) Judge(int index, TensorStack derivation, TensorStack autograd)
    {
        if (_derivation.HasFaults && _derivation.FaultOf(index, autograd.Name) is not null)
        {
            return (Verdict.NotComparable, 0);
        }

        var tally = Tally.Of(derivation[index], autograd[index], Bound(autograd.Name), MajorantOf(index, autograd.Name));
        return (tally.Verdict, tally.WorstInBounds);
    }

    private TensorComparison Describe(int index, TensorStack derivation, TensorStack autograd)
    {
        TensorComparison Found(Verdict verdict, int differing, EntryComparison? worst, string? reason) =>
            new(autograd.Name, autograd.Rows, autograd.Columns, verdict, differing, worst, reason);

        if (_derivation.FaultOf(index, autograd.Name) is { } fault)
        {
            return Found(Verdict.NotComparable, 0, null, fault);
        }

        var bound = Bound(autograd.Name);
        var majorant = MajorantOf(index, autograd.Name);
        var tally = Tally.Of(derivation[index], autograd[index], bound, majorant);
        var worst = Entry(index, derivation, autograd, tally.WorstIndex);
        var reason = tally.Verdict switch
        {
            Verdict.NotComparable => NotFinite(index, worst),
            Verdict.Inconclusive => "the rounding bound is as large as the gradient itself",
            _ => null,
        };
        return Found(tally.Verdict, tally.Differing, worst, reason);
    }

    private string NotFinite(int index, EntryComparison entry)
    {
        if (!double.IsFinite(entry.Actual) && !double.IsFinite(entry.Expected))
        {
            return $"overflow{PlaceOfOverflow(index)} in both: the numbers are too large for {_batch.Type}";
        }

        var (who, value) = double.IsFinite(entry.Actual) ? ("autograd", entry.Expected) : ("the derivation", entry.Actual);
        return $"{who} has {(double.IsNaN(value) ? "NaN" : "infinity")} at [{entry.Row},{entry.Column}]";
    }

    private string PlaceOfOverflow(int index)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_overflows, index, out var isKnown);
        place = isKnown ? place : Overflow.Of(_batch, index) is { } found ? $" at {found}" : "";
        return place!;
    }

    private RoundingBound Bound(string tensor) => _bounds.GetValueOrDefault(tensor);

    private ReadOnlySpan<double> MajorantOf(int index, string tensor) =>
        _majorant is null ? [] : tensor == _majorant.Output.Name ? _majorant.Output[index] : _majorant[tensor][index];
}

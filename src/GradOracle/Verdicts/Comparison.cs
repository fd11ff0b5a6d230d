using GradOracle.Bounds;
using GradOracle.Derivations;
using GradOracle.Oracles;

namespace GradOracle.Verdicts;

/// <summary>Holds the derivation's outputs and gradients of a batch against those that are expected, autograd's or approved ones.</summary>
/// <param name="Case">The cases.</param>
/// <param name="Received">The outputs and gradients on trial.</param>
/// <param name="Expected">Those that are expected.</param>
/// <param name="Errors">How far one evaluation may be off: two may be apart by twice that.</param>
internal sealed record Comparison(CaseStack Case, GradientStack Received, GradientStack Expected, RoundingErrors Errors)
{
    private bool? _isSame;
    private double[]?[]? _errors; // of the gradients in order, then of the output

    /// <summary>Compares every case of a batch: exact cases entry for entry, real cases within the rounding bound.</summary>
    public static Comparison Of(CaseStack batch, GradientStack received, GradientStack expected) => new(batch, received, expected, RoundingErrors.Of(batch));

    /// <summary>Compares the derivation with autograd on one batch.</summary>
    public static Comparison Of(Derivation derivation, CaseStack batch) =>
        Of(batch, IsolatedRun.Of(derivation, batch), Autograd.Differentiate(batch));

    /// <summary>Compares the derivation with autograd on one batch, and with itself where the cases have other neighbours.</summary>
    public static Comparison InBothOrders(Derivation derivation, CaseStack batch)
    {
        var comparison = Of(derivation, batch);
        Neighbours.Note(derivation, comparison);
        return comparison;
    }

    /// <summary>The verdict on one case, and its largest error in units of the bound over all gradients.</summary>
    public (Verdict Verdict, double ErrorInBounds) Judge(int index)
    {
        if (_isSame ??= IsSame())
        {
            return (Verdict.Agrees, 0);
        }

        _errors ??= [.. Expected.All.Select(t => Errors.OfAll(t.Name))];
        var (verdict, worst) = Judge(index, Received.Output, Expected.Output, _errors[^1]);
        if (verdict > Verdict.Inconclusive)
        {
            return (Verdict.NotComparable, worst);
        }

        var isZero = Case.File is not null;
        for (var i = 0; i < Expected.Gradients.Count; i++)
        {
            var (v, e) = Judge(index, Received.Gradients[i], Expected.Gradients[i], _errors[i]);
            verdict = v > verdict ? v : verdict;
            worst = Math.Max(worst, e);
            isZero = isZero && IsZero(index, Expected.Gradients[i]);
        }

        return (verdict == Verdict.Agrees && isZero ? Verdict.Inconclusive : verdict, worst);
    }

    /// <summary>One case in full.</summary>
    public CaseComparison Describe(int index)
    {
        var alone = Alone(index);
        var overflow = new Lazy<string?>(() => Overflow.Of(alone)); // one place, however many tensors it reaches
        var forward = Describe(index, Received.Output, Expected.Output, overflow);
        if (forward.Verdict > Verdict.Inconclusive)
        {
            return new(alone, Verdict.NotComparable, forward, []);
        }

        List<TensorComparison> tensors = [.. Expected.Gradients.Select((expected, i) => Describe(index, Received.Gradients[i], expected, overflow))];

        // A drawn case may be all zeros among many; a case of one's own that is would pass any derivation.
        var verdict = tensors.Append(forward).Max(t => t.Verdict);
        return verdict == Verdict.Agrees && Case.File is not null && Expected.Gradients.All(g => IsZero(index, g))
            ? new(alone, Verdict.Inconclusive, forward, [.. tensors.Select(t => t with { Verdict = Verdict.Inconclusive, Reason = "all gradients are zero, so the case tests nothing" })])
            : new(alone, verdict, forward, tensors);
    }

    /// <summary>One entry of a gradient or of the output of one case; null where there is nothing to compare: the tensor is missing, has another size, or is not one of these.</summary>
    public Func<int, EntryComparison>? EntriesOf(int index, string tensor)
    {
        if (Expected.All.FirstOrDefault(t => t.Name == tensor) is not { } expected || Received.FaultOf(index, tensor) is not null)
        {
            return null;
        }

        var received = Received.All.Single(t => t.Name == tensor);
        return at => Entry(index, received, expected, at);
    }

    private CaseStack Alone(int index) => Case.Count == 1 ? Case : Case with
    {
        Tensors = [.. Case.Tensors.Select(t => new TensorStack(t.Name, 1, t.Sizes, t[index].ToArray()))],
        FirstSeed = Case.FirstSeed + (ulong)index,
    };

    // Drawn exact cases agree to the last bit where the derivation is right: one look at all of them, and none has to be looked at alone.
    private bool IsSame()
    {
        var isSame = Case is { Kind: CaseKind.Exact, File: null } && !Received.HasFaults && Errors.AreZero
            && EntryStatistics.AreSame(Received.Output.Values, Expected.Output.Values);
        for (var i = 0; isSame && i < Expected.Gradients.Count; i++)
        {
            isSame = EntryStatistics.AreSame(Received.Gradients[i].Values, Expected.Gradients[i].Values);
        }

        return isSame;
    }

    private static bool IsZero(int index, TensorStack stack) => !stack[index].ContainsAnyExcept(0);

    private EntryComparison Entry(int index, TensorStack received, TensorStack expected, int at) => new(
        at / expected.Columns, at % expected.Columns, expected[index][at], received[index][at],
        EntryStatistics.AllowedAt(Errors[expected.Name, index], at));

    private (Verdict Verdict, double ErrorInBounds) Judge(int index, TensorStack received, TensorStack expected, double[]? errors)
    {
        if (Received.HasFaults && Received.FaultOf(index, expected.Name) is not null)
        {
            return (Verdict.NotComparable, 0);
        }

        var length = expected.Length;
        var statistics = EntryStatistics.Of(received[index], expected[index], errors is null ? default : errors.AsSpan(index * length, length));
        return (statistics.Verdict, statistics.WorstInBounds);
    }

    private TensorComparison Describe(int index, TensorStack received, TensorStack expected, Lazy<string?> overflow)
    {
        TensorComparison Found(Verdict verdict, int differing, EntryComparison? worst, string? reason) =>
            new(expected.Name, expected.Rows, expected.Columns, verdict, differing, worst, reason);

        if (Received.FaultOf(index, expected.Name) is { } fault)
        {
            return Found(Verdict.NotComparable, 0, null, fault) with { IsMisconduct = Received.IsMisconduct(index, expected.Name) };
        }

        var statistics = EntryStatistics.Of(received[index], expected[index], Errors[expected.Name, index]);
        var worst = Entry(index, received, expected, statistics.WorstIndex);
        var reason = statistics.Verdict switch
        {
            Verdict.NotComparable => NotFinite(worst, overflow),
            Verdict.Inconclusive => "the rounding bound is as large as the gradient itself",
            _ => null,
        };
        return Found(statistics.Verdict, statistics.Differing, worst, reason);
    }

    private string NotFinite(EntryComparison entry, Lazy<string?> overflow)
    {
        if (!double.IsFinite(entry.Actual) && !double.IsFinite(entry.Expected))
        {
            return $"overflow{(overflow.Value is { } place ? $" at {place}" : "")} in both: the numbers are too large for {Case.Type}";
        }

        var (who, value) = double.IsFinite(entry.Actual) ? ("autograd", entry.Expected) : ("the derivation", entry.Actual);
        return $"{who} has {(double.IsNaN(value) ? "NaN" : "infinity")} at [{entry.Row},{entry.Column}]";
    }
}

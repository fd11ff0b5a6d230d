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
    private const string NoRounding = "within the proven bound, but no rounding: it does not shrink with the unit roundoff";

    private const string LosesDigits = "loses digits: the difference shrinks with the unit roundoff, so no term is wrong, "
        + "but on the way it adds and subtracts, or divides and multiplies by, what is in no term";

    private readonly Dictionary<int, TensorJudge> _judges = [];
    private bool? _isSame;
    private double[]?[]? _errors; // of the gradients in order, then of the output
    private WayBack? _wayBack;

    /// <summary>The derivation, to be run again where a difference may be rounding; null where it cannot be.</summary>
    public Func<CaseStack, GradientStack>? Again { get; init; }

    /// <summary>Why exact cases are held to the rounding bound and not to equality; null where they are not.</summary>
    public string? Detour { get; init; }

    /// <summary>Compares every case of a batch: exact cases entry for entry, real cases within the rounding bound.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="received">The outputs and gradients on trial.</param>
    /// <param name="expected">Those that are expected.</param>
    /// <param name="trial">The derivation on trial, to be run again where a difference may be rounding; null where
    /// there is none.</param>
    public static Comparison Of(
        CaseStack batch, GradientStack received, GradientStack expected, Derivation? trial = null)
    {
        var detour = batch.Kind == CaseKind.Exact ? trial?.Detours(batch.Loss, batch.Shape) : null;
        var rounded = detour is null ? batch : batch with { Kind = CaseKind.Real };
        return new(batch, received, expected, RoundingErrors.Of(rounded))
        {
            Again = trial is null ? null : again => IsolatedRun.Of(trial, again),
            Detour = detour,
        };
    }

    /// <summary>Compares the derivation with autograd on one batch.</summary>
    public static Comparison Of(Derivation derivation, CaseStack batch) =>
        Of(batch, IsolatedRun.Of(derivation, batch), derivation);

    private static Comparison Of(CaseStack batch, GradientStack received, Derivation derivation) =>
        Of(batch, received, Autograd.Differentiate(batch, [.. received.Intermediates.Select(t => t.Name)]), derivation);

    /// <summary>Compares the derivation with autograd on one batch, and with itself where the cases have other neighbours.</summary>
    public static Comparison InBothOrders(Derivation derivation, CaseStack batch)
    {
        var comparison = Of(derivation, batch);
        Neighbours.Note(derivation, comparison);
        return comparison;
    }

    /// <summary>The verdict on one case, and its largest error in units of the bound over all gradients.</summary>
    /// <param name="index">The case.</param>
    /// <param name="evidence">Receives what its gradients are worth.</param>
    public (Verdict Verdict, double ErrorInBounds) Judge(int index, Evidence? evidence = null)
    {
        if (_isSame ??= IsSame())
        {
            if (index == 0 && evidence is not null)
            {
                AddTo(evidence); // once for the batch
            }

            return (Verdict.Agrees, 0);
        }

        _errors ??= [.. Expected.All.Select(t => Errors.OfAll(t.Name))];
        var forward = Find(index, Received.Output, Expected.Output, _errors[^1]);
        var (verdict, worst) = (forward.Verdict, forward.Statistics.WorstInBounds);
        var (isZero, isEstimated) = (true, forward.Basis == Basis.Estimated);
        if (verdict > Verdict.Inconclusive)
        {
            return (Verdict.NotComparable, worst);
        }

        for (var i = 0; i < Expected.Gradients.Count; i++)
        {
            var found = Find(index, Received.Gradients[i], Expected.Gradients[i], _errors[i]);
            verdict = found.Verdict > verdict ? found.Verdict : verdict;
            worst = Math.Max(worst, found.Statistics.WorstInBounds);
            isZero &= found.IsZero;
            isEstimated |= found.Basis == Basis.Estimated;
            evidence?.Add(Expected.Gradients[i].Name, found);
        }

        var (onTheWay, error) = WayBack.Judge(index);
        (verdict, worst) = (onTheWay > verdict ? onTheWay : verdict, Math.Max(worst, error));
        evidence?.Add(isEstimated && verdict == Verdict.Agrees, Detour);
        return (verdict == Verdict.Agrees && isZero && Case.File is not null ? Verdict.Inconclusive : verdict, worst);
    }

    /// <summary>One case in full.</summary>
    public CaseComparison Describe(int index)
    {
        var alone = Case.Alone(index);
        var reasons = new Reasons(alone);
        var forward = Describe(index, Received.Output, Expected.Output, reasons);
        if (forward.Verdict > Verdict.Inconclusive)
        {
            return new(alone, Verdict.NotComparable, forward, []);
        }

        List<TensorComparison> tensors = [.. Expected.Gradients.Select((expected, i) => Describe(index, Received.Gradients[i], expected, reasons))];

        var onTheWay = WayBack.Describe(index, reasons);

        // A drawn case may be all zeros among many; a case of one's own that is would pass any derivation.
        var verdict = tensors.Concat(onTheWay).Append(forward).Max(t => t.Verdict);
        return verdict == Verdict.Agrees && Case.File is not null && tensors.TrueForAll(t => t.IsZero)
            ? new(alone, Verdict.Inconclusive, forward, [.. tensors.Select(t => t with { Verdict = Verdict.Inconclusive, Reason = "all gradients are zero, so the case tests nothing" })])
            : new(alone, verdict, forward, tensors) { Detour = Detour, OnTheWayBack = onTheWay };
    }

    /// <summary>One entry of a gradient or of the output of one case; null where there is nothing to compare: the tensor is missing, has another size, or is not one of these.</summary>
    public Func<int, EntryComparison>? EntriesOf(int index, string tensor)
    {
        if (Expected.All.FirstOrDefault(t => t.Name == tensor) is not { } expected || Received.FaultOf(index, tensor) is not null)
        {
            return null;
        }

        var received = Received.All.Single(t => t.Name == tensor);
        var estimate = Find(index, received, expected).Estimate;
        return at => Entry(index, received, expected, estimate, at);
    }

    private WayBack WayBack =>
        _wayBack ??= new(Detour is null ? Case : Case with { Kind = CaseKind.Real }, Received, Expected);

    // Drawn exact cases agree to the last bit where the derivation is right: one look at all of them, and none has to be looked at alone.
    private bool IsSame()
    {
        var isSame = Case is { Kind: CaseKind.Exact, File: null } && !Received.HasFaults && Errors.AreZero
            && EntryStatistics.AreSame(Received.Output.Values, Expected.Output.Values);
        for (var i = 0; isSame && i < Expected.Gradients.Count; i++)
        {
            isSame = EntryStatistics.AreSame(Received.Gradients[i].Values, Expected.Gradients[i].Values);
        }

        return isSame && WayBack.IsSame;
    }

    private void AddTo(Evidence evidence)
    {
        foreach (var gradient in Expected.Gradients)
        {
            evidence.AddExact(gradient.Name, isZero: !gradient.Values.AsSpan().ContainsAnyExcept(0));
        }
    }

    private TensorJudge JudgeOf(int index)
    {
        if (!_judges.TryGetValue(index, out var judge))
        {
            var estimate = new Lazy<RoundingEstimate>(() => RoundingEstimate.Of(Case.Alone(index)));
            var other = new Lazy<OtherPrecision?>(() => Again is null ? null : OtherPrecision.Of(Case.Alone(index), Again));
            _judges[index] = judge = new TensorJudge(Case.Type, () => estimate.Value, () => other.Value);
        }

        return judge;
    }

    private TensorFinding Find(int index, TensorStack received, TensorStack expected) =>
        Find(index, received, expected, Errors.OfAll(expected.Name));

    private TensorFinding Find(int index, TensorStack received, TensorStack expected, double[]? errors)
    {
        if (Received.HasFaults && Received.FaultOf(index, expected.Name) is not null)
        {
            return TensorFinding.Missing;
        }

        var length = expected.Length;
        var allowed = errors is null ? default : errors.AsSpan(index * length, length);
        var found = EntryStatistics.Of(received[index], expected[index], allowed);
        return TensorFinding.Of(found, Case.Type)
            ?? JudgeOf(index).Of(expected.Name, received[index], expected[index], found);
    }

    private EntryComparison Entry(
        int index, TensorStack received, TensorStack expected, double? estimate, int at) => new(
        at / expected.Columns, at % expected.Columns, expected[index][at], received[index][at],
        estimate ?? EntryStatistics.AllowedAt(Errors[expected.Name, index], at));

    private TensorComparison Describe(int index, TensorStack received, TensorStack expected, Reasons reasons)
    {
        if (Received.FaultOf(index, expected.Name) is { } fault)
        {
            return new(expected.Name, expected.Sizes, Verdict.NotComparable, 0, null, fault)
            {
                IsMisconduct = Received.IsMisconduct(index, expected.Name),
            };
        }

        var found = Find(index, received, expected);
        var worst = Entry(index, received, expected, found.Estimate, found.Statistics.WorstIndex);
        var reason = found.Verdict switch
        {
            Verdict.NotComparable => reasons.NotFinite(worst, expected.Sizes.PlaceOf(found.Statistics.WorstIndex)),
            Verdict.Inconclusive => Reasons.TooWide(found.Statistics),
            Verdict.Disagrees when found.IsNoRounding => NoRounding,
            Verdict.Disagrees when JudgeOf(index).LosesDigits(expected.Name, found.Statistics) => LosesDigits,
            _ => null,
        };
        var differing = found.Statistics.Differing;
        return new(expected.Name, expected.Sizes, found.Verdict, differing, worst, reason)
        {
            Basis = found.Basis,
            IsZero = found.IsZero,
        };
    }
}

using GradOracle.Bounds;
using GradOracle.Derivations;
using GradOracle.Oracles;

namespace GradOracle.Verdicts;

/// <summary>Holds the derivation's outputs and gradients of a batch against those that are expected, autograd's or
/// approved ones.</summary>
/// <param name="Case">The cases.</param>
/// <param name="Received">The outputs and gradients on trial.</param>
/// <param name="Expected">Those that are expected.</param>
/// <param name="Errors">How far one evaluation may be off: two may be apart by twice that.</param>
internal sealed partial record Comparison(
    CaseStack Case, GradientStack Received, GradientStack Expected, RoundingErrors Errors)
{
    private readonly Dictionary<int, TensorJudge> _judges = [];
    private bool? _isSame;
    private double[]?[]? _errors; // of the gradients in order, then of the output
    private WayBack? _wayBack;

    /// <summary>The derivation on trial; null where there is none.</summary>
    public Derivation? Trial { get; init; }

    /// <summary>Runs it again where a difference may be rounding; null where that cannot be.</summary>
    public Func<CaseStack, GradientStack>? Again { get; init; }

    /// <summary>The gradients that are zero by mathematics, as was said: of those nothing need be told.</summary>
    public IReadOnlyCollection<string> KnownZero { get; init; } = [];

    /// <summary>Why exact cases are held to the rounding bound and not to equality; null where they are not.</summary>
    public string? Detour { get; init; }

    /// <summary>The estimate of a case, where it is there already; null where it is to be made.</summary>
    public Func<int, RoundingEstimate>? EstimateOf { get; init; }

    /// <summary>Compares every case of a batch: exact cases entry for entry, real cases within the rounding
    /// bound.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="received">The outputs and gradients on trial.</param>
    /// <param name="expected">Those that are expected.</param>
    /// <param name="trial">The derivation on trial, to be run again where a difference may be rounding; null where
    /// there is none.</param>
    public static Comparison Of(
        CaseStack batch, GradientStack received, GradientStack expected, Derivation? trial = null) =>
        WithDetours(batch, received, expected, trial) with
        {
            Again = trial is null ? null : again => IsolatedRun.Of(trial, again),
        };

    /// <summary>The same, of values that are not to be computed again: approved ones.</summary>
    /// <param name="batch">The cases.</param>
    /// <param name="received">The outputs and gradients on trial.</param>
    /// <param name="expected">Those that are expected.</param>
    /// <param name="trial">The derivation that gave them, for its detours; null where it was none.</param>
    public static Comparison WithDetours(
        CaseStack batch, GradientStack received, GradientStack expected, Derivation? trial)
    {
        var detour = batch.Kind == CaseKind.Exact ? trial?.Detours(batch.Loss, batch.Shape) : null;
        var rounded = detour is null ? batch : batch with { Kind = CaseKind.Real };
        var errors = RoundingErrors.Of(rounded);
        return new(batch, received, expected, errors)
        {
            Trial = trial,
            Detour = detour,
            EstimateOf = errors.Estimates is { } estimates ? index => estimates[index] : null,
        };
    }

    /// <summary>Compares the derivation with autograd on one batch.</summary>
    public static Comparison Of(Derivation derivation, CaseStack batch) =>
        Of(batch, IsolatedRun.Of(derivation, batch), derivation);

    private static Comparison Of(CaseStack batch, GradientStack received, Derivation derivation) =>
        Of(batch, received, Autograd.Differentiate(batch, [.. received.Intermediates.Select(t => t.Name)]), derivation);

    /// <summary>Compares the derivation with autograd on one batch, and with itself: called again, and where the cases
    /// have other neighbours.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="batch">The cases.</param>
    /// <param name="isRepeated">Whether it is called again on the same batch.</param>
    /// <param name="first">Its first call, to be repeated too; null where there is none.</param>
    public static Comparison InBothOrders(
        Derivation derivation, CaseStack batch, bool isRepeated = true, FirstCall? first = null)
    {
        var comparison = Of(derivation, batch);
        if (isRepeated)
        {
            Repetition.Note(derivation, comparison, first);
            Neighbours.NoteSizes(derivation, comparison);
        }

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
            evidence?.Add(Expected.Gradients[i].Name, found, Case.Values is null);
        }

        var (onTheWay, error) = WayBack.Judge(index);
        (verdict, worst) = (onTheWay > verdict ? onTheWay : verdict, Math.Max(worst, error));
        evidence?.Add(isEstimated && verdict == Verdict.Agrees, Detour);
        return (verdict == Verdict.Agrees && isZero && Case.File is not null ? Verdict.Inconclusive : verdict, worst);
    }

    private WayBack WayBack =>
        _wayBack ??= new(Detour is null ? Case : Case with { Kind = CaseKind.Real }, Received, Expected);

    // Drawn exact cases agree to the last bit where the derivation is right: one look at all of them, and none has to
    // be looked at alone.
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
            var isZero = !gradient.Values.AsSpan().ContainsAnyExcept(0);
            evidence.Add(gradient.Name, isZero, isPlain: Case.Values is null);
        }
    }

    private TensorJudge JudgeOf(int index)
    {
        if (!_judges.TryGetValue(index, out var judge))
        {
            var estimate = new Lazy<RoundingEstimate>(
                () => EstimateOf?.Invoke(index) ?? RoundingEstimate.Of(Case.Alone(index)));
            var other = new Lazy<OtherPrecision?>(() => Again is null || Trial is { ComputesIn: not null }
                ? null
                : OtherPrecision.Of(Case.Alone(index), Again));
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
        var isTheorem = Errors.Estimates is null;
        var finding = TensorFinding.Of(found, Case.Type, isTheorem)
            ?? JudgeOf(index).Of(expected.Name, received[index], expected[index], found, isTheorem);
        return finding.Verdict == Verdict.Inconclusive && KnownZero.Contains(expected.Name) && found.Differing == 0
            ? finding with { Verdict = Verdict.Agrees, IsZero = true }
            : finding;
    }
}

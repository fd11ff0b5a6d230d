using GradOracle.Derivations;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Updates;

/// <summary>The two runs beside each other.</summary>
internal sealed class TrajectoryComparison(Derivation derivation, IUpdate update, UpdateRule rule, UpdateState start)
{
    private const int FailuresExplained = 3;

    private static readonly TorchSgd s_optimiser = new();

    private readonly List<UpdateStep> _steps = [];
    private readonly List<(UpdateState Before, UpdateState After)> _failures = [];
    private readonly IsolatedUpdate _trial = new(update, derivation, rule);
    private readonly UpdateState _start = start;
    private UpdateState _expected = start;
    private UpdateState _own = start;
    private UpdateBound _bound = null!;
    private CaseComparison? _failure;
    private string? _failedAt;

    /// <summary>Runs so many steps, or until the run diverges or there is nothing to compare.</summary>
    public UpdateResult To(int steps, CaseStack batch)
    {
        UpdateResult Result(Verdict verdict, string? remark, (double, double) losses, int? diverged = null) => new()
        {
            Start = batch,
            Update = update,
            Derivation = derivation,
            Rule = rule,
            StepsAskedFor = steps,
            Steps = _steps,
            FinalLoss = losses,
            Failure = _failure,
            Explanation = _failure is { Verdict: Verdict.Disagrees }
                ? UpdateExplanation.Of(derivation, rule, _failures)
                : null,
            FailedAt = _failedAt,
            Verdict = _failure?.Verdict ?? verdict,
            Remark = remark,
            DivergedAfter = diverged,
            Distance = _expected.Weights.Zip(_own.Weights, (a, b) => Distance(a.Values, b.Values)).Max(),
        };

        while (true)
        {
            var expectedGradients = Autograd.Differentiate(_expected.Case);
            var gradients = IsolatedRun.Of(derivation, _expected.Case);
            var ownGradients = ReferenceEquals(_expected, _own) ? gradients : IsolatedRun.Of(derivation, _own.Case);
            var losses = (ByHand: LossOf(_own.Case, ownGradients), Expected: expectedGradients.Losses[0]);
            if (!double.IsFinite(losses.ByHand) || !double.IsFinite(losses.Expected) || !IsFinite(_expected))
            {
                var byHandAlone = double.IsFinite(losses.Expected) && IsFinite(_expected);
                var remark = byHandAlone ? FormattableString.Invariant(
                    $"the loss by hand is not finite after step {_steps.Count}, that of the optimiser's run is")
                    : _steps.Count == 0 ? "the loss is not finite before the first step"
                    : FormattableString.Invariant(
                        $"diverges: the loss is not finite after step {_steps.Count}; take a smaller rate");
                return Result(Verdict.NotComparable, remark, losses, byHandAlone ? null : _steps.Count);
            }

            if (_steps.Count == steps || _failure?.Verdict == Verdict.NotComparable)
            {
                var (verdict, reason) = Judge(losses.Expected);
                return Result(verdict, reason, losses);
            }

            Step(expectedGradients, gradients, ownGradients, losses);
        }
    }

    private void Step(
        GradientStack expectedGradients,
        GradientStack gradients,
        GradientStack ownGradients,
        (double ByHand, double Expected) losses)
    {
        var before = _expected;
        var together = ReferenceEquals(before, _own);
        var expected = s_optimiser.Step(
            before, rule, b => ReferenceEquals(b, before.Case) ? expectedGradients : Autograd.Differentiate(b));
        var same = _trial.Step(before, gradients, expected);
        var own = together ? same : _trial.Step(_own, ownGradients, expected);

        var bound = UpdateBound.Of(before, before, expectedGradients, rule);
        _bound = together ? bound : UpdateBound.Of(before, _own, expectedGradients, rule);
        var (tells, error) = Compare(
            FormattableString.Invariant($"step {_steps.Count + 1} from the same weights"),
            before,
            expected,
            same,
            bound);
        var (_, runError) = together
            ? (tells, error)
            : Compare(
                FormattableString.Invariant($"the whole run after step {_steps.Count + 1}"),
                before,
                expected,
                own,
                _bound);
        _steps.Add(new(losses.ByHand, losses.Expected, bound.IsExact, tells, error, runError));
        _expected = expected;
        // runs that are together stay so: nothing is computed twice
        _own = IsSame(expected, own.State) ? expected : own.State;
    }

    private (
        bool IsInformative,
        double ErrorInBounds) Compare(string where, UpdateState before, UpdateState expected, (
            UpdateState State, Func<string, string?> FaultOf) received, UpdateBound bound)
    {
        var tensors = new List<TensorComparison>();
        var (tells, worst) = (false, 0.0);
        foreach (var (name, old, want, got, allowed) in Pairs(before, expected, received.State, bound))
        {
            var found = UpdateComparison.Of(name, want, got, allowed, received.FaultOf(want.Name));
            tensors.Add(found);
            worst = Math.Max(worst, found.Worst?.ErrorInBounds ?? double.PositiveInfinity);
            tells |= old is not null && old.Zip(want.Values, (a, b) => Math.Abs(a - b)).Max() > allowed.Max();
        }

        var verdict = tensors.Max(t => t.Verdict);
        if (verdict > Verdict.Inconclusive)
        {
            _failedAt ??= where;
            _failure ??= new CaseComparison(
                _start.Case,
                verdict,
                new(Scenario.OutputName, new Sizes(1, 1), Verdict.Agrees, 0, null, null),
                tensors);
            if (_failures.Count < FailuresExplained && where.StartsWith("step", StringComparison.Ordinal))
            {
                _failures.Add((before, received.State));
            }
        }

        return (tells, worst);
    }

    private (Verdict Verdict, string? Remark) Judge(double lastLoss)
    {
        var moved = _start.Weights.Zip(_expected.Weights, (a, b) => Distance(a.Values, b.Values)).ToList();
        if (_failure is null && moved.TrueForAll(m => m == 0) && !_steps.Exists(s => s.IsInformative))
        {
            return (
                Verdict.Inconclusive,
                "no weight moves: the gradients are zero or the rate is too small, so the run tests nothing");
        }

        var blurred = _start.Weights.Where(
            (w, i) => moved[i] > 0 && _bound.OfWeights(w.Name).Max() >= moved[i]).Select(w => w.Name).ToList();
        if (_failure is null && blurred.Count > 0)
        {
            return (
                Verdict.Inconclusive,
                $"after the last step the bound is as large as all that {string.Join(", ", blurred)} moved");
        }

        return (Verdict.Agrees, lastLoss > _steps[0].ExpectedLoss ? "the loss grows: take a smaller rate" : null);
    }

    private static IEnumerable<(
        string Name,
        double[]? Before,
        TensorStack Expected,
        TensorStack Received,
        double[] Bound)> Pairs(UpdateState before, UpdateState expected, UpdateState received, UpdateBound bound) =>
    [
        .. expected.Weights.Zip(
            received.Weights,
            (e, r) => (e.Name, before.Weights.Single(w => w.Name == e.Name).Values, e, r, bound.OfWeights(e.Name))),
        .. expected.Buffers.Select(
            e => (
                $"v({e.Name})",
                (double[]?)null,
                e,
                received.Buffers.Single(r => r.Name == e.Name),
                bound.OfBuffer(e.Name))),
    ];

    private static double LossOf(CaseStack batch, GradientStack gradients) =>
        gradients.Losses.Count > 0 ? gradients.Losses[0]
        : batch.Type == ElementType.Float32 ? batch.LossAt<float>(
            0, Array.ConvertAll(gradients.Output.Values, v => (float)v))
        : batch.LossAt<double>(0, gradients.Output.Values);

    private static bool IsFinite(UpdateState state) =>
        state.Weights.Concat(state.Buffers).All(w => w.Values.All(double.IsFinite));

    private static bool IsSame(UpdateState a, UpdateState b) =>
        a.Weights.Concat(a.Buffers).Zip(b.Weights.Concat(b.Buffers)).All(
            p => p.First.Values.AsSpan().SequenceEqual(p.Second.Values));

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}

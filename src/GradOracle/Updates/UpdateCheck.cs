using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Updates;

/// <summary>Holds updates by hand against <c>torch.optim.SGD</c>: every step from the same state, and two runs on their own from start to end.</summary>
/// <remarks>
/// <code>
/// optimiser's run   W₀ ── autograd, torch.optim.SGD ──> W₁ ──> W₂ ──> …      (v alike)
///                    └─── by hand, from the same W₀ ──> W₁′ ≟ W₁             every step, within UpdateBound
/// run by hand       W₀ ── derivation, update by hand ─> V₁ ──> V₂ ──> …      V ≟ W at every step, within the bound that grows with what they are apart already
/// </code>
/// </remarks>
public static class UpdateCheck
{
    /// <summary>The most steps a run may have.</summary>
    public const int MaxSteps = 1_000_000;

    private const int FailuresExplained = 3;

    private static readonly TorchSgd s_optimiser = new();

    /// <summary>Runs one case.</summary>
    /// <param name="derivation">The derivation on trial, which gives the gradients; it need not be registered.</param>
    /// <param name="batch">A batch of one case: the weights to start from, the inputs and the target.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="update">The update on trial; by default the one written here.</param>
    /// <exception cref="BadInputException">A number of the rule, or of steps, is out of range, or a statement of the network fails.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static UpdateResult Run(IDerivation derivation, CaseBatch batch, UpdateRule rule, int steps, IUpdate? update = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(rule);
        rule.Validate(batch.Type);
        if (steps is < 1 or > MaxSteps)
        {
            throw new BadInputException(FormattableString.Invariant($"The number of steps is {steps}: it must be from 1 to {MaxSteps}."));
        }

        return new Race(derivation, update ?? new SgdUpdate(), rule, UpdateState.Start(batch)).To(steps, batch);
    }

    /// <summary>What runs a case again: the command, or C# where the derivation or the update is not registered.</summary>
    private static string Replay(IDerivation derivation, CaseBatch batch, UpdateRule rule, int steps, IUpdate update)
    {
        var command = GradientCheck.Replay(derivation, batch, 0);
        if (update is SgdUpdate && command.StartsWith("gradoracle check ", StringComparison.Ordinal))
        {
            return command.Replace("gradoracle check ", $"gradoracle check {CommandOptions(rule, steps)} ", StringComparison.Ordinal);
        }

        string Digits(double value) => Reports.NumberFormat.Full(value);
        return $"UpdateCheck.Run(new {derivation.GetType().Name}(), CaseGenerator.Generate(CaseName.Parse(\"{batch.NameOf(0)}\", network)), new UpdateRule({Digits(rule.Rate)}, {Digits(rule.Momentum)}, {Digits(rule.WeightDecay)}), {steps}, new {update.GetType().Name}())";
    }

    private static string CommandOptions(UpdateRule rule, int steps) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"--update {UpdateRule.Name} --steps {steps} --rate {Reports.NumberFormat.Dyadic(rule.Rate)}{(rule.Momentum == 0 ? "" : $" --momentum {Reports.NumberFormat.Dyadic(rule.Momentum)}")}{(rule.WeightDecay == 0 ? "" : $" --weight-decay {Reports.NumberFormat.Dyadic(rule.WeightDecay)}")}");

    /// <summary>The two runs beside each other.</summary>
    private sealed class Race(IDerivation derivation, IUpdate update, UpdateRule rule, UpdateState start)
    {
        private readonly List<UpdateStep> _steps = [];
        private readonly List<(UpdateState Before, UpdateState After)> _failures = [];
        private readonly UpdateState _start = start;
        private UpdateState _expected = start;
        private UpdateState _own = start;
        private UpdateBound _bound = null!;
        private CaseComparison? _failure;
        private string? _failedAt;

        public UpdateResult To(int steps, CaseBatch batch)
        {
            var replay = Replay(derivation, batch, rule, steps, update);
            UpdateResult Result(Verdict verdict, string? remark, (double, double) losses, int? diverged = null) => new()
            {
                Case = batch.NameOf(0),
                Replay = replay,
                Derivation = derivation,
                Rule = rule,
                StepsAskedFor = steps,
                Steps = _steps,
                FinalLoss = losses,
                Failure = _failure is null ? null : _failure with { Name = batch.NameOf(0), Replay = replay, Insight = UpdateMistake.Explain(derivation, rule, _failures) },
                FailedAt = _failedAt,
                Verdict = _failure?.Verdict ?? verdict,
                Remark = remark,
                DivergedAfter = diverged,
                Distance = _expected.Weights.Zip(_own.Weights, (a, b) => Distance(a.Values, b.Values)).Max(),
            };

            while (true)
            {
                var expectedGradients = Autograd.Differentiate(_expected.Case);
                var gradients = Trial.Run(derivation, _expected.Case);
                var ownGradients = ReferenceEquals(_expected, _own) ? gradients : Trial.Run(derivation, _own.Case);
                var losses = (ByHand: LossOf(_own.Case, ownGradients), Expected: expectedGradients.Losses[0]);
                if (!double.IsFinite(losses.ByHand) || !double.IsFinite(losses.Expected) || !IsFinite(_expected))
                {
                    var remark = _steps.Count == 0 ? "the loss is not finite before the first step" : FormattableString.Invariant($"diverges: the loss is not finite after step {_steps.Count}; take a smaller rate");
                    return Result(Verdict.NotComparable, remark, losses, _steps.Count);
                }

                if (_steps.Count == steps || _failure?.Verdict == Verdict.NotComparable)
                {
                    var (verdict, reason) = Judge(losses.Expected);
                    return Result(verdict, reason, losses);
                }

                Step(expectedGradients, gradients, ownGradients, losses);
            }
        }

        private void Step(GradientBatch expectedGradients, GradientBatch gradients, GradientBatch ownGradients, (double ByHand, double Expected) losses)
        {
            var before = _expected;
            var together = ReferenceEquals(before, _own);
            var expected = s_optimiser.Step(before, rule, b => ReferenceEquals(b, before.Case) ? expectedGradients : Autograd.Differentiate(b));
            var same = update.Step(before, rule, b => ReferenceEquals(b, before.Case) ? gradients : Trial.Run(derivation, b));
            var own = together ? same : update.Step(_own, rule, b => ReferenceEquals(b, _own.Case) ? ownGradients : Trial.Run(derivation, b));

            var bound = UpdateBound.Of(before, before, expectedGradients, rule);
            _bound = together ? bound : UpdateBound.Of(before, _own, expectedGradients, rule);
            var (tells, error) = Compare(FormattableString.Invariant($"step {_steps.Count + 1} from the same weights"), before, expected, same, bound, gradients);
            var (_, runError) = together ? (tells, error) : Compare(FormattableString.Invariant($"the whole run after step {_steps.Count + 1}"), before, expected, own, _bound, gradients);
            _steps.Add(new(losses.ByHand, losses.Expected, bound.IsExact, tells, error, runError));
            _expected = expected;
            _own = IsSame(expected, own) ? expected : own; // runs that are together stay so: nothing is computed twice
        }

        private (bool Tells, double ErrorInBounds) Compare(string where, UpdateState before, UpdateState expected, UpdateState received, UpdateBound bound, GradientBatch gradients)
        {
            var tensors = new List<TensorComparison>();
            var (tells, worst) = (false, 0.0);
            foreach (var (name, old, want, got, allowed) in Pairs(before, expected, received, bound))
            {
                var found = UpdateComparison.Of(name, want, got, allowed, gradients.FaultOf(0, want.Name));
                tensors.Add(found);
                worst = Math.Max(worst, found.Worst?.ErrorInBounds ?? double.PositiveInfinity);
                tells |= old is not null && old.Zip(want.Values, (a, b) => Math.Abs(a - b)).Max() > allowed.Max();
            }

            var verdict = tensors.Max(t => t.Verdict);
            if (verdict > Verdict.Inconclusive)
            {
                _failedAt ??= where;
                _failure ??= new CaseComparison("", "", verdict, new(Certificate.OutputName, 0, 0, Verdict.Agrees, 0, null, null), tensors);
                if (_failures.Count < FailuresExplained && where.StartsWith("step", StringComparison.Ordinal))
                {
                    _failures.Add((before, received));
                }
            }

            return (tells, worst);
        }

        private (Verdict Verdict, string? Remark) Judge(double lastLoss)
        {
            var moved = _start.Weights.Zip(_expected.Weights, (a, b) => Distance(a.Values, b.Values)).ToList();
            if (_failure is null && moved.TrueForAll(m => m == 0) && !_steps.Exists(s => s.Tells))
            {
                return (Verdict.Inconclusive, "no weight moves: the gradients are zero or the rate is too small, so the run tests nothing");
            }

            var blurred = _start.Weights.Where((w, i) => moved[i] > 0 && _bound.OfWeights(w.Name).Max() >= moved[i]).Select(w => w.Name).ToList();
            if (_failure is null && blurred.Count > 0)
            {
                return (Verdict.Inconclusive, $"after the last step the bound is as large as all that {string.Join(", ", blurred)} moved");
            }

            return (Verdict.Agrees, lastLoss > _steps[0].ExpectedLoss ? "the loss grows: take a smaller rate" : null);
        }

        private static IEnumerable<(string Name, double[]? Before, TensorStack Expected, TensorStack Received, double[] Bound)> Pairs(UpdateState before, UpdateState expected, UpdateState received, UpdateBound bound) =>
        [
            .. expected.Weights.Zip(received.Weights, (e, r) => (e.Name, before.Weights.Single(w => w.Name == e.Name).Values, e, r, bound.OfWeights(e.Name))),
            .. expected.Buffers.Zip(received.Buffers, (e, r) => ($"v({e.Name})", (double[]?)null, e, r, bound.OfBuffer(e.Name))),
        ];

        private static double LossOf(CaseBatch batch, GradientBatch gradients) => gradients.Losses.Count > 0 ? gradients.Losses[0]
            : batch.Type == ElementType.Float32 ? new MatrixCase<float>(batch, 0).Loss(gradients.Output.ToMatrix<float>(0))
            : new MatrixCase<double>(batch, 0).Loss(gradients.Output.ToMatrix<double>(0));

        private static bool IsFinite(UpdateState state) => state.Weights.Concat(state.Buffers).All(w => w.Values.All(double.IsFinite));

        private static bool IsSame(UpdateState a, UpdateState b) =>
            a.Weights.Concat(a.Buffers).Zip(b.Weights.Concat(b.Buffers)).All(p => p.First.Values.AsSpan().SequenceEqual(p.Second.Values));

        private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
    }
}

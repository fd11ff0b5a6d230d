using GradOracle.Messages;
using GradOracle.Oracles;
using GradOracle.Verdicts;

namespace GradOracle.Updates;

/// <summary>An update that is wrong on purpose: mistakes that people make, to test the tester and to name what a wrong
/// update does.</summary>
internal sealed class UpdateMistake : IUpdate
{
    private readonly Formula _formula;
    private readonly GradientChoice _gradients;

    private UpdateMistake(string name, string summary, Formula formula, GradientChoice? gradients = null) =>
        (Name, Summary, _formula, _gradients) = (name, summary, formula, gradients ?? AtOnce);

    /// <summary>One weight: W, ∂L/∂W and v (null at the first step) to the new W and v.</summary>
    private delegate (double W, double v) Formula(double W, double gradient, double? v, UpdateRule rule);

    /// <summary>The gradients that a step uses, by parameter.</summary>
    private delegate Func<string, double[]> GradientChoice(
        UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate);

    /// <summary>All mistakes.</summary>
    public static IReadOnlyList<UpdateMistake> All { get; } =
    [
        new(
            "wrong-sign",
            "the sign is wrong: W ← W + η v",
            (W, d, v, r) => Right(W, d, v, r) is var (_, next) ? (W + r.Rate * next, next) : default),
        new(
            "forgotten-rate",
            "the rate is forgotten: W ← W − v",
            (W, d, v, r) => Right(W, d, v, r) is var (_, next) ? (W - next, next) : default),
        new("forgotten-momentum", "the momentum is forgotten: v ← g", (W, d, _, r) => Right(W, d, null, r)),
        new(
            "forgotten-decay",
            "the weight decay is forgotten: g = ∂L/∂W",
            (W, d, v, r) => Right(W, d, v, r with { WeightDecay = 0 })),
        new(
            "decay-of-the-wrong-sign",
            "the weight decay has the wrong sign: g = ∂L/∂W − λ W",
            (W, d, v, r) => Right(W, d, v, r with { WeightDecay = -r.WeightDecay })),
        new(
            "decay-after-the-rate",
            "the weight decay is applied after the rate: W ← W − η v − λ W",
            (W, d, v, r) =>
                Right(W, d, v, r with { WeightDecay = 0 }) is var (w, next) ? (w - r.WeightDecay * W, next) : default),
        new(
            "decoupled-decay",
            "the weight decay is decoupled from the momentum, as in AdamW: W ← W − η (v + λ W)",
            (W, d, v, r) => Right(W, d, v, r with { WeightDecay = 0 }) is var (w, next)
                ? (w - r.Rate * r.WeightDecay * W, next)
                : default),
        new(
            "dampened-momentum",
            "the momentum is dampened: v ← μ v + (1 − μ) g",
            (W, d, v, r) => Step(
                W,
                v is null ? d + r.WeightDecay * W : r.Momentum * v.Value + (1 - r.Momentum) * (d + r.WeightDecay * W),
                r.Rate)),
        new(
            "rate-in-the-buffer",
            "the rate is in the buffer: v ← μ v + η g, W ← W − v",
            (W, d, v, r) => Step(W, (v is null ? 0 : r.Momentum * v.Value) + r.Rate * (d + r.WeightDecay * W), 1)),
        new(
            "rate-in-the-momentum",
            "the rate is in the momentum, and every step dampened: v ← η μ v + (1 − μ) g",
            (W, d, v, r) =>
                Step(W, r.Rate * r.Momentum * (v ?? 0) + (1 - r.Momentum) * (d + r.WeightDecay * W), r.Rate)),
        new(
            "nesterov",
            "the momentum is Nesterov's: W ← W − η (g + μ v)",
            (W, d, v, r) => Right(W, d, v, r) is var (_, next)
                ? (W - r.Rate * (d + r.WeightDecay * W + r.Momentum * next), next)
                : default),
        new(
            "stale-weights",
            "the gradients are those of the weights one step earlier",
            Right,
            (state, _, differentiate) =>
                differentiate(state.Previous ?? state.Case) is var stale ? name => stale[name].Values : null!),
        new(
            "updated-early",
            "the last weight is updated before the gradients of the others are taken",
            Right,
            LastOneFirst),
        new(
            "rate-off-by-a-millionth",
            "the rate is multiplied by 1.000001",
            (W, d, v, r) => Right(W, d, v, r) is var (_, next) ? (W - 1.000001 * r.Rate * next, next) : default),
    ];

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Summary { get; }

    /// <inheritdoc/>
    public UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(differentiate);
        var gradients = _gradients(state, rule, differentiate);
        var (weights, buffers) = (new List<TensorStack>(), new List<TensorStack>());
        foreach (var old in state.Weights)
        {
            var after = After(state, old, gradients(old.Name), rule);
            weights.Add(Stack(state, old, after.Select(a => a.W)));
            buffers.Add(Stack(state, old, after.Select(a => a.v)));
        }

        return state.Next(weights, rule.Momentum == 0 ? [] : buffers);
    }

    /// <summary>What is wrong with an update, in one sentence: the mistake that gives what it gave at every step looked
    /// at.</summary>
    /// <param name="derivation">The derivation whose gradients it used.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="failures">Some steps that failed: the state before, and the wrong one after.</param>
    internal static string? Explain(
        Derivation derivation, UpdateRule rule, IReadOnlyList<(UpdateState Before, UpdateState After)> failures)
    {
        if (failures.Count == 0)
        {
            return null;
        }

        var wrong = Comparison.Of(derivation, failures[0].Before.Case).Describe(0);
        if (wrong.Verdict >= Verdict.Disagrees)
        {
            return $"the gradients are wrong already ({string.Join(", ", wrong.Tensors.Where(t => t.Verdict >= Verdict.Disagrees).Select(t => t.Name).DefaultIfEmpty("Ŷ"))}): check the derivation first";
        }

        var fitting = All.Where(
            m => failures.All(f => Fits(m.Step(f.Before, rule, Autograd.Differentiate), f.Before, f.After, rule)))
            .Select(m => m.Summary)
            .ToList();
        if (fitting.Count == 0 && Multiple(failures, rule) is { } factor)
        {
            fitting.Add($"the rate is multiplied by {NumberFormat.Full(factor)}");
        }

        return fitting.Count == 0
            ? $"diagnosis: none; no mistake that is known gives these weights"
            : $"diagnosis: {string.Join(", or ", fitting)} (in {failures.Count} {(failures.Count == 1 ? "step" : "steps")})";
    }

    // The right step so many times, where there is such a number: by least squares, and then to few digits.
    private static double? Multiple(IReadOnlyList<(UpdateState Before, UpdateState After)> failures, UpdateRule rule)
    {
        var (dots, squares) = (0.0, 0.0);
        foreach (var (before, after) in failures)
        {
            var right = new SgdUpdate().Step(before, rule, Autograd.Differentiate);
            for (var i = 0; i < right.Weights.Count; i++)
            {
                for (var j = 0; j < right.Weights[i].Length; j++)
                {
                    var step = right.Weights[i].Values[j] - before.Weights[i].Values[j];
                    dots += step * (after.Weights[i].Values[j] - before.Weights[i].Values[j]);
                    squares += step * step;
                }
            }
        }

        var exact = dots / squares;
        return Enumerable.Range(1, 12).Select(
            digits => double.Parse(
                exact.ToString($"G{digits}", System.Globalization.CultureInfo.InvariantCulture),
                System.Globalization.CultureInfo.InvariantCulture)).Cast<double?>()
            .FirstOrDefault(
                f => failures.All(
                    e => Fits(Scaled(f!.Value).Step(e.Before, rule, Autograd.Differentiate), e.Before, e.After, rule)));
    }

    private static UpdateMistake Scaled(double factor) =>
        new("", "", (W, d, v, r) => Right(W, d, v, r) is var (_, next) ? (W - factor * r.Rate * next, next) : default);

    // A wrong formula rounds about as often as the right one, perhaps at larger numbers.
    private static bool Fits(UpdateState candidate, UpdateState before, UpdateState received, UpdateRule rule)
    {
        var bound = UpdateBound.OfRoundings(before, before, Autograd.Differentiate(before.Case), rule);
        bool Agree(TensorStack a, TensorStack b, double[] allowed) =>
            Enumerable.Range(0, a.Length).All(
                j => Math.Abs(a.Values[j] - b.Values[j]) <= 2 * allowed[j]
                    + 8 * before.Case.Type.UnitRoundoff * Math.Abs(b.Values[j]));
        return received.Weights.Zip(candidate.Weights).All(p => Agree(p.First, p.Second, bound.OfWeights(p.First.Name)))
            && received.Buffers.Zip(candidate.Buffers).All(p => Agree(p.First, p.Second, bound.OfBuffer(p.First.Name)));
    }

    private static (double W, double v) Right(double W, double gradient, double? v, UpdateRule rule) =>
        Step(W, (v is null ? 0 : rule.Momentum * v.Value) + (gradient + rule.WeightDecay * W), rule.Rate);

    private static (double W, double v) Step(double W, double v, double rate) => (W - rate * v, v);

    private static Func<string, double[]> AtOnce(
        UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate)
    {
        var gradients = differentiate(state.Case);
        return name => gradients[name].Values;
    }

    private static Func<string, double[]> LastOneFirst(
        UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate)
    {
        var (gradients, last) = (differentiate(state.Case), state.Weights[^1]);
        var updated = Stack(
            state,
            last,
            new UpdateMistake("", "", Right).After(state, last, gradients[last.Name].Values, rule).Select(a => a.W));
        var later = differentiate(UpdateState.With(state.Case, [updated]));
        return name => (name == last.Name ? gradients : later)[name].Values;
    }

    private (double W, double v)[] After(UpdateState state, TensorStack old, double[] gradient, UpdateRule rule)
    {
        var earlier = state.Buffers.FirstOrDefault(b => b.Name == old.Name)?.Values;
        return [.. old.Values.Select((W, j) => _formula(W, gradient[j], earlier?[j], rule))];
    }

    private static TensorStack Stack(UpdateState state, TensorStack like, IEnumerable<double> values) =>
        new(like.Name, 1, like.Sizes, [.. values.Select(v => state.Case.Type == ElementType.Float32 ? (float)v : v)]);
}

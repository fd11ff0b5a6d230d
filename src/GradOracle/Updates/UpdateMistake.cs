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

    /// <summary>The step so many times.</summary>
    public static UpdateMistake Scaled(double factor) =>
        new("", "", (W, d, v, r) => Right(W, d, v, r) is var (_, next) ? (W - factor * r.Rate * next, next) : default);

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

using GradOracle.Bounds;
using GradOracle.Graphs;

namespace GradOracle.Updates;

/// <summary>How far apart two right steps can be: from the same state, or from two states that are themselves
/// apart.</summary>
/// <remarks>
/// <para>
/// <b>One step.</b> Let an evaluation of the gradient be off by at most e. In <c>fl(a ∘ b) = (a ∘ b)(1 + δ), |δ| ≤
/// u</c>, the errors of <c>g = ∂L/∂W + λ W</c>, <c>v ← μ v + g</c> and <c>W ← W − η v</c> follow operation by operation
/// (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., §3.1 and the running error analysis of §3.3): an
/// addition adds u times what it yields, a multiplication by a constant 2u, for the constant is rounded to the element
/// type as well; a fused operation rounds once less. Two steps are within twice that of each other. e is what holds for
/// gradients anywhere here: <c>γ_K M</c> for polynomials of low degree, the running error of the passes otherwise.
/// </para>
/// <para>
/// <b>A whole run.</b> Two runs are apart by a known δ before a step. Both are then δ/2 from the point halfway between
/// them, so the running error analysis with δ/2 as the error of the weights bounds how far either one's gradient is
/// from that of this point, and the update adds δ/2 of the weights and buffers. Twice the result bounds how far the
/// runs may be apart after the step, and what they are apart in fact is the next δ. By induction over the steps no
/// right pair of runs ever exceeds it; and since δ is what was carried on and never a guess, the bound does not grow by
/// itself where descent contracts. For networks with <c>γ_K M</c> both bounds are added, M being that of weights larger
/// by δ: a derivation may multiply in another order than the graph.
/// </para>
/// <para>The factor 1 + 2⁻²⁰ pays for second-order terms and for the roundings of the analysis itself, which has fewer
/// than 2³⁰ of them on any chain of non-negative sums and products.</para>
/// </remarks>
internal sealed class UpdateBound
{
    private const double Slack = 1 + 1.0 / (1 << 20);

    private readonly Dictionary<string, (double[] Weights, double[] Buffer)> _bounds = [];

    private UpdateBound(bool isExact) => IsExact = isExact;

    /// <summary>Whether a certificate says that nothing is rounded: the bound is 0.</summary>
    public bool IsExact { get; }

    /// <summary>The bound on the entries of a parameter after the step.</summary>
    public double[] OfWeights(string parameter) => _bounds[parameter].Weights;

    /// <summary>The bound on the entries of its buffer after the step.</summary>
    public double[] OfBuffer(string parameter) => _bounds[parameter].Buffer;

    /// <summary>The bound of a step.</summary>
    /// <param name="state">The state before the step, of one of the two.</param>
    /// <param name="other">That of the other; the same where both start from one state.</param>
    /// <param name="gradients">The gradients that one evaluation gave at the first.</param>
    /// <param name="rule">The rule.</param>
    public static UpdateBound Of(UpdateState state, UpdateState other, GradientStack gradients, UpdateRule rule)
    {
        if (!ReferenceEquals(state, other) || !StepCertificate.IsExact(state, rule))
        {
            return OfRoundings(state, other, gradients, rule);
        }

        var exact = new UpdateBound(isExact: true);
        foreach (var weights in state.Weights)
        {
            exact._bounds[weights.Name] = (new double[weights.Length], new double[weights.Length]);
        }

        return exact;
    }

    /// <summary>The bound of a step of which nothing more is known.</summary>
    public static UpdateBound OfRoundings(
        UpdateState state, UpdateState other, GradientStack gradients, UpdateRule rule)
    {
        var result = new UpdateBound(isExact: false);
        var rounding = Rounding.Of(state.Case.Type);
        var halves = state.Weights.ToDictionary(
            w => w.Name, w => HalfDistance(w, other.Weights.Single(o => o.Name == w.Name)));
        var errors = GradientErrors(state.Case, halves);
        foreach (var weights in state.Weights)
        {
            var gradient = gradients[weights.Name];
            var half = halves[weights.Name];
            var error = errors(weights.Name);
            var earlier = state.Buffers.FirstOrDefault(b => b.Name == weights.Name);
            var halfOfBuffer = earlier is null
                ? null
                : HalfDistance(earlier, other.Buffers.Single(b => b.Name == weights.Name));
            var (ofWeights, ofBuffer) = (new double[weights.Length], new double[weights.Length]);
            for (var j = 0; j < weights.Length; j++)
            {
                var W = new Ball(weights.Values[j], half[j]);
                var g = new Ball(gradient.Values[j], error[j]);
                g = rule.WeightDecay == 0 ? g : g.Plus(W.Times(rule.WeightDecay, rounding), rounding);
                var v = earlier is null
                    ? g
                    : new Ball(earlier.Values[j], halfOfBuffer![j]).Times(rule.Momentum, rounding).Plus(g, rounding);
                var after = W.Plus(v.Times(-rule.Rate, rounding), rounding);
                (ofWeights[j], ofBuffer[j]) = (Bound(after), Bound(v));
            }

            result._bounds[weights.Name] = (ofWeights, ofBuffer);
        }

        return result;

        // Infinity less infinity explains anything.
        static double Bound(Ball of) => double.IsNaN(of.Error) ? double.PositiveInfinity : 2 * Slack * of.Error;
    }

    private static Func<string, double[]> GradientErrors(CaseStack batch, Dictionary<string, double[]> halves)
    {
        var isApart = halves.Values.Any(h => h.Any(d => d != 0));
        var needsRunningError = batch.Scenario.NeedsRunningError;
        var running = isApart || needsRunningError ? RoundingErrors.Running(batch, halves) : null;
        var rounding = needsRunningError ? null : RoundingErrors.Of(isApart ? Widened(batch, halves) : batch);
        return parameter =>
        {
            var errors = rounding?.Of(0, parameter) ?? new double[batch[parameter].Length];
            var others = running?.Of(0, parameter);
            for (var j = 0; others is not null && j < errors.Length; j++)
            {
                errors[j] += others[j];
            }

            return errors;
        };
    }

    private static CaseStack Widened(CaseStack batch, Dictionary<string, double[]> halves) =>
        UpdateState.With(batch, [.. halves.Select(h =>
    {
        var stack = batch[h.Key];
        return stack.With([.. stack.Values.Select((v, j) => Math.Abs(v) + 2 * h.Value[j])]);
    })]);

    private static double[] HalfDistance(TensorStack a, TensorStack b) =>
        [.. a.Values.Zip(b.Values, (x, y) => Math.Abs(x - y) / 2)];
}

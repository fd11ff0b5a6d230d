using System.Numerics;

namespace GradOracle.Updates;

/// <summary>The update written by hand: <c>W ← W − η v</c> with <c>v ← μ v + ∂L/∂W + λ W</c>.</summary>
internal sealed class SgdUpdate : IUpdate
{
    /// <inheritdoc/>
    public string Name => "by hand";

    /// <inheritdoc/>
    public string Summary => "g = ∂L/∂W + λ W, v ← μ v + g, W ← W − η v";

    /// <inheritdoc/>
    public UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(differentiate);
        var gradients = differentiate(state.Case);
        return state.Case.Type == ElementType.Float32
            ? Step<float>(state, rule, gradients)
            : Step<double>(state, rule, gradients);
    }

    private static UpdateState Step<T>(UpdateState state, UpdateRule rule, GradientStack gradients)
        where T : struct, IFloatingPointIeee754<T>
    {
        var (eta, mu, lambda) = (
            T.CreateTruncating(rule.Rate), T.CreateTruncating(rule.Momentum), T.CreateTruncating(rule.WeightDecay));
        var (weights, buffers) = (new List<TensorStack>(), new List<TensorStack>());
        foreach (var old in state.Weights)
        {
            var (gradient, earlier) = (
                gradients[old.Name].Values, state.Buffers.FirstOrDefault(b => b.Name == old.Name)?.Values);
            var (weight, buffer) = (Like(old), Like(old));
            for (var j = 0; j < gradient.Length; j++)
            {
                var W = T.CreateTruncating(old.Values[j]);
                var g = T.CreateTruncating(gradient[j]) + lambda * W;
                var v = earlier is null ? g : mu * T.CreateTruncating(earlier[j]) + g;
                weight.Values[j] = double.CreateTruncating(W - eta * v);
                buffer.Values[j] = double.CreateTruncating(v);
            }

            weights.Add(weight);
            buffers.Add(buffer);
        }

        return state.Next(weights, rule.Momentum == 0 ? [] : buffers);
    }

    private static TensorStack Like(TensorStack stack) => new(stack.Name, stack.Count, stack.Sizes);
}

using System.Runtime.InteropServices;
using GradOracle.Torch;
using TorchSharp;
using TorchSharp.Modules;

namespace GradOracle.Updates;

/// <summary>TorchSharp's <c>torch.optim.SGD</c>, taking the same step: what an update by hand is held
/// against.</summary>
/// <remarks>
/// The optimiser turns its numbers into temporary scalars, and such a scalar can be collected while native code still
/// reads it, when another thread collects garbage just then: the step throws, or might compute with rubbish. So every
/// step is taken from the same state until two in a row give the same bits.
/// </remarks>
internal sealed class TorchSgd : IUpdate
{
    private const int Attempts = 100;

    /// <inheritdoc/>
    public string Name => "torch.optim.SGD";

    /// <inheritdoc/>
    public string Summary => "TorchSharp's stochastic gradient descent, with momentum and weight decay";

    /// <inheritdoc/>
    public UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(differentiate);
        var gradients = differentiate(state.Case);
        TorchRuntime.EnsureLoaded();
        UpdateState? last = null;
        Exception? thrown = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                var next = StepOnce(state, rule, gradients);
                if (last is not null && IsSame(last.Weights, next.Weights) && IsSame(last.Buffers, next.Buffers))
                {
                    return next;
                }

                last = next;
            }
#pragma warning disable CA1031 // TorchSharp throws several types for a scalar that is gone
            catch (Exception collected)
            {
                (last, thrown) = (null, collected);
            }
#pragma warning restore CA1031
        }

        throw new InvalidOperationException($"torch.optim.SGD gave no two equal steps in {Attempts} attempts.", thrown);
    }

    private static UpdateState StepOnce(UpdateState state, UpdateRule rule, GradientStack gradients)
    {
        using var scope = torch.NewDisposeScope();
        var parameters = state.Weights.Select(w => new Parameter(TensorOf(w, state.Case.Type))).ToList();
        using var optimizer = torch.optim.SGD(
            parameters, rule.Rate, momentum: rule.Momentum, weight_decay: rule.WeightDecay);
        for (var i = 0; i < parameters.Count; i++)
        {
            // A parameter the output does not depend on has gradient 0, not none: none would exempt it from weight
            // decay.
            parameters[i].grad = TensorOf(gradients[state.Weights[i].Name], state.Case.Type);
            if (state.Buffers.Count > 0)
            {
                StateOf(optimizer, i).momentum_buffer = TensorOf(
                    state.Buffers[i], state.Case.Type).DetachFromDisposeScope();
            }
        }

        optimizer.step();
        var weights = parameters.Select((p, i) => StackOf(p.detach(), state.Weights[i])).ToList();
        return state.Next(
            weights,
            rule.Momentum == 0
                ? []
                : [.. state.Weights.Select((w, i) => StackOf(StateOf(optimizer, i).momentum_buffer, w))]);
    }

    private static SGD.State StateOf(SGD optimizer, int parameter) =>
        (SGD.State)optimizer.state_dict().State[parameter];

    private static bool IsSame(IReadOnlyList<TensorStack> a, IReadOnlyList<TensorStack> b) =>
        a.Zip(b).All(
            p => MemoryMarshal.AsBytes<double>(p.First.Values).SequenceEqual(
                MemoryMarshal.AsBytes<double>(p.Second.Values)));

    private static torch.Tensor TensorOf(TensorStack stack, ElementType type) =>
        TorchMemory.Of(stack.Values, stack.Sizes.Batched(stack.Count), type);

    private static TensorStack StackOf(torch.Tensor tensor, TensorStack like)
    {
        var stack = new TensorStack(like.Name, like.Count, like.Sizes);
        TorchMemory.Read(tensor, stack.Values);
        return stack;
    }
}

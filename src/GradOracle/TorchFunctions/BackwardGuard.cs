using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>Stands between libtorch and a <c>backward</c>: nothing that goes wrong there may leave it.</summary>
/// <remarks>
/// An exception in a custom <c>backward</c>, or a wrong number of gradients, ends the process; a gradient that is null
/// or disposed is no gradient, a wrong type is cast, one with more axes is summed, all without a word. So what comes
/// back is looked at here; where it will not do, the reason is remembered and libtorch gets NaN of the right shapes.
/// </remarks>
internal static class BackwardGuard
{
    private const string Key = "GradOracle.Arguments";

    [ThreadStatic]
    private static List<string>? t_reasons;

    /// <summary>What went wrong on this thread since the last call.</summary>
    public static IReadOnlyList<string> Take()
    {
        var reasons = t_reasons ?? [];
        t_reasons = null;
        return reasons;
    }

    /// <summary>The forward of the function on trial.</summary>
    public static List<torch.Tensor> Forward(
        torch.autograd.AutogradContext context, object?[] arguments, Func<List<torch.Tensor>?> forward)
    {
        context.save_data(
            Key, arguments.Select(a => a is torch.Tensor t
                ? new Place([.. t.shape], t.dtype, t.requires_grad)
                : null).ToArray());
        var outputs = forward() ?? throw new BackwardTrouble("forward returned null: return its output.");
        for (var k = 0; k < outputs.Count; k++)
        {
            if (outputs[k] is null || outputs[k].IsInvalid)
            {
                throw new BackwardTrouble(
                    $"forward returned output {k} {(outputs[k] is null ? "as null" : "disposed (by a scope?)")}: return a tensor that lives.");
            }
        }

        return outputs;
    }

    /// <summary>The backward of the function on trial, or NaN.</summary>
    public static List<torch.Tensor?> Backward(
        torch.autograd.AutogradContext context, Func<List<torch.Tensor>?> backward)
    {
        var places = (Place?[])context.get_data(Key);
        try
        {
            var gradients = backward();
            if (Objection(places, gradients) is not { } objection)
            {
                return [.. gradients!];
            }

            (t_reasons ??= []).Add(objection);
        }
        catch (Exception error)
        {
            (t_reasons ??= []).Add(
                error is BackwardTrouble ? error.Message : BackwardTrouble.Describe("backward", error));
        }

        return [.. places.Select(p => p is null ? null : torch.full(p.Sizes, s_notANumber, p.Type))];
    }

    private static readonly Scalar s_notANumber = double.NaN;

    private static string? Objection(Place?[] places, List<torch.Tensor>? gradients)
    {
        if (gradients is null)
        {
            return "backward returned null: return one gradient for each argument of forward.";
        }

        if (gradients.Count != places.Length)
        {
            return $"backward returned {gradients.Count} gradients for {places.Length} arguments: return one for each, null for one that "
                + "is no tensor.";
        }

        for (var i = 0; i < places.Length; i++)
        {
            if (Objection(i, places[i], gradients[i]) is { } objection)
            {
                return objection;
            }
        }

        return null;
    }

    private static string? Objection(int index, Place? place, torch.Tensor? gradient)
    {
        var isMissing = gradient is null || gradient.IsInvalid;
        if (place is null)
        {
            return isMissing
                ? null
                : $"backward returned a gradient for argument {index}, which is no tensor: return null there.";
        }

        if (!place.IsNeeded)
        {
            return null;
        }

        if (isMissing)
        {
            return gradient is null
                ? $"backward returned null for the gradient of input {index}, which is needed."
                : $"backward returned a disposed gradient for input {index}: move it out of its scope (MoveToOuterDisposeScope).";
        }

        if (!gradient!.shape.AsSpan().SequenceEqual(place.Sizes))
        {
            return $"backward returned a gradient of shape {Entries.Shape(gradient.shape)} for input {index}, which has the shape "
                + $"{Entries.Shape(place.Sizes)}.";
        }

        return gradient.dtype == place.Type
            ? null
            : $"backward returned a {gradient.dtype} gradient for input {index}, which is {place.Type}: libtorch casts it without a word.";
    }

    private sealed record Place(long[] Sizes, torch.ScalarType Type, bool IsNeeded);
}

/// <summary>A function with one output whose <c>backward</c> is guarded.</summary>
internal sealed class GuardedSingle<TFunction> : torch.autograd.MultiTensorFunction<GuardedSingle<TFunction>>
    where TFunction : torch.autograd.SingleTensorFunction<TFunction>, new()
{
    private readonly TFunction _function = new();

    public override string Name => _function.Name;

    public override List<torch.Tensor> forward(torch.autograd.AutogradContext ctx, params object[] vars) =>
        BackwardGuard.Forward(ctx, vars, () => [_function.forward(ctx, vars)]);

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        BackwardGuard.Backward(ctx, () => _function.backward(ctx, grad_outputs[0]))!;
}

/// <summary>A function with several outputs whose <c>backward</c> is guarded.</summary>
internal sealed class GuardedMulti<TFunction> : torch.autograd.MultiTensorFunction<GuardedMulti<TFunction>>
    where TFunction : torch.autograd.MultiTensorFunction<TFunction>, new()
{
    private readonly TFunction _function = new();

    public override string Name => _function.Name;

    public override List<torch.Tensor> forward(torch.autograd.AutogradContext ctx, params object[] vars) =>
        BackwardGuard.Forward(ctx, vars, () => _function.forward(ctx, vars));

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        BackwardGuard.Backward(ctx, () => _function.backward(ctx, grad_outputs))!;
}

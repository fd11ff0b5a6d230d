using GradOracle.TorchFunctions;
using TorchSharp;

namespace GradOracle;

/// <summary>
/// Checks the backward pass of TorchSharp code against differences of its forward pass, in float64: every entry of the
/// Jacobian, or random projections of it. Anything that goes wrong is a finding of the result.
/// </summary>
public static class BackwardCheck
{
    /// <summary>Checks a custom autograd function.</summary>
    /// <typeparam name="TFunction">A <c>SingleTensorFunction</c> or <c>MultiTensorFunction</c>.</typeparam>
    /// <param name="arguments">The arguments of its <c>apply</c>. Floating-point tensors are copied to float64 and
    /// differentiated, all of them or those that require a gradient; anything else is handed on as it is.
    /// </param>
    /// <exception cref="BadInputException">There is no floating-point tensor among them, or one that cannot be read.
    /// </exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static BackwardResult Of<TFunction>(params object?[] arguments)
        where TFunction : torch.autograd.Function<TFunction>, new() => Of<TFunction>(new BackwardOptions(), arguments);

    /// <inheritdoc cref="Of{TFunction}(object[])"/>
    /// <param name="options">How thoroughly.</param>
    /// <param name="arguments">The arguments of its <c>apply</c>.</param>
    public static BackwardResult Of<TFunction>(BackwardOptions options, params object?[] arguments)
        where TFunction : torch.autograd.Function<TFunction>, new()
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(arguments);
        return CustomFunction.Check(typeof(TFunction), arguments, options);
    }

    /// <summary>Checks a function of one tensor.</summary>
    /// <param name="function">Any TorchSharp code.</param>
    /// <param name="input">The point; it is copied to float64.</param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">The input is no floating-point tensor, or cannot be read.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static BackwardResult Of(
        Func<torch.Tensor, torch.Tensor> function, torch.Tensor input, BackwardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(input);
        return Lambda.Check(function, [input], options ?? new());
    }

    /// <summary>Checks a function of several tensors with several outputs.</summary>
    /// <param name="function">Any TorchSharp code.</param>
    /// <param name="inputs">The point. Floating-point tensors are copied to float64 and differentiated, all or those
    /// that require a gradient.
    /// </param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">No input is a floating-point tensor, or one cannot be read.</exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static BackwardResult Of(
        Func<torch.Tensor[], torch.Tensor[]> function, torch.Tensor[] inputs, BackwardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        return Lambda.Check(function, null, inputs, options ?? new());
    }

    /// <summary>
    /// Checks a module of one tensor, in the mode it is in; its parameters, in float64, are differentiated too.
    /// </summary>
    /// <param name="module">The module; its parameters, buffers and their gradients are as before when this returns.
    /// </param>
    /// <param name="input">The point; it is copied to float64.</param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">A parameter is not float64, or the input is no floating-point tensor.
    /// </exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static BackwardResult Of(
        torch.nn.Module<torch.Tensor, torch.Tensor> module, torch.Tensor input, BackwardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Of(module, x => [module.call(x[0])], [input], options);
    }

    /// <summary>Checks any module, called as a lambda says.</summary>
    /// <param name="module">The module; its parameters, buffers and their gradients are as before when this returns.
    /// </param>
    /// <param name="call">From the inputs to the module's outputs.</param>
    /// <param name="inputs">The point; it is copied to float64.</param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">A parameter is not float64, or no input is a floating-point tensor.
    /// </exception>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here.</exception>
    public static BackwardResult Of(
        torch.nn.Module module, Func<torch.Tensor[], torch.Tensor[]> call, torch.Tensor[] inputs, BackwardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(inputs);
        return Lambda.Check(call, module, inputs, options ?? new());
    }
}

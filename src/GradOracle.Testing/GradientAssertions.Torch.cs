using TorchSharp;

namespace GradOracle.Testing;

/// <content>Backward passes of TorchSharp code.</content>
public abstract partial class GradientAssertions<TFramework>
{
    /// <summary>
    /// Asserts that the <c>backward</c> of a custom autograd function agrees with differences of its <c>forward</c>,
    /// in float64.
    /// </summary>
    /// <typeparam name="TFunction">A <c>SingleTensorFunction</c> or <c>MultiTensorFunction</c>.</typeparam>
    /// <param name="arguments">The arguments of its <c>apply</c>. Floating-point tensors are copied to float64 and
    /// differentiated, all of them or those that require a gradient; anything else is handed on as it is.
    /// </param>
    /// <exception cref="BadInputException">There is no floating-point tensor among them, or one that cannot be read.
    /// </exception>
    public static void Backward<TFunction>(params object?[] arguments)
        where TFunction : torch.autograd.Function<TFunction>, new() => Demand(BackwardCheck.Of<TFunction>(arguments));

    /// <inheritdoc cref="Backward{TFunction}(object[])"/>
    /// <param name="options">How thoroughly.</param>
    /// <param name="arguments">The arguments of its <c>apply</c>.</param>
    public static void Backward<TFunction>(BackwardOptions options, params object?[] arguments)
        where TFunction : torch.autograd.Function<TFunction>, new() =>
        Demand(BackwardCheck.Of<TFunction>(options, arguments));

    /// <summary>Asserts that the gradient of a function of one tensor agrees with its differences.</summary>
    /// <param name="function">Any TorchSharp code.</param>
    /// <param name="input">The point; it is copied to float64.</param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">The input is no floating-point tensor, or cannot be read.</exception>
    public static void Backward(
        Func<torch.Tensor, torch.Tensor> function, torch.Tensor input, BackwardOptions? options = null) =>
        Demand(BackwardCheck.Of(function, input, options));

    /// <summary>Asserts that the gradients of a function of several tensors agree with its differences.</summary>
    /// <param name="function">Any TorchSharp code.</param>
    /// <param name="inputs">The point; floating-point tensors are copied to float64 and differentiated, all or those
    /// that require a gradient.
    /// </param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">No input is a floating-point tensor, or one cannot be read.</exception>
    public static void Backward(
        Func<torch.Tensor[], torch.Tensor[]> function, torch.Tensor[] inputs, BackwardOptions? options = null) =>
        Demand(BackwardCheck.Of(function, inputs, options));

    /// <summary>
    /// Asserts that the gradients of a module, by its input and its parameters, agree with its differences in the
    /// mode it is in.
    /// </summary>
    /// <param name="module">The module, in float64; it is as before when this returns.</param>
    /// <param name="input">The point; it is copied to float64.</param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">A parameter is not float64, or the input is no floating-point tensor.
    /// </exception>
    public static void Backward(
        torch.nn.Module<torch.Tensor, torch.Tensor> module, torch.Tensor input, BackwardOptions? options = null) =>
        Demand(BackwardCheck.Of(module, input, options));

    /// <summary>
    /// Asserts that the gradients of any module, called as a lambda says, agree with its differences in the mode it
    /// is in.
    /// </summary>
    /// <param name="module">The module, in float64; it is as before when this returns.</param>
    /// <param name="call">From the inputs to the module's outputs.</param>
    /// <param name="inputs">The point; it is copied to float64.</param>
    /// <param name="options">How thoroughly.</param>
    /// <exception cref="BadInputException">A parameter is not float64, or no input is a floating-point tensor.
    /// </exception>
    public static void Backward(
        torch.nn.Module module, Func<torch.Tensor[], torch.Tensor[]> call, torch.Tensor[] inputs, BackwardOptions? options = null) =>
        Demand(BackwardCheck.Of(module, call, inputs, options));

    private static void Demand(BackwardResult result)
    {
        if (!result.Agrees)
        {
            Fail(result.ToString());
        }
    }
}

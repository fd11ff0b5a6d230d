using GradOracle.Torch;
using GradOracle.TorchFunctions.Isolation;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>A function of tensors, told by a delegate.</summary>
internal static class Lambda
{
    /// <summary>
    /// Checks a function of one tensor, in a child process if all it captures can be told and the options do not say
    /// otherwise.
    /// </summary>
    public static BackwardResult Check(
        Func<torch.Tensor, torch.Tensor> function, torch.Tensor[] inputs, BackwardOptions options) =>
        InChild(function, null, inputs, options) ?? CheckHere(function, inputs, options);

    /// <summary>Checks a function of several, likewise; with a module, by its parameters too.</summary>
    public static BackwardResult Check(
        Func<torch.Tensor[], torch.Tensor[]> function,
        torch.nn.Module? module,
        torch.Tensor[] inputs,
        BackwardOptions options) =>
        InChild(function, module, inputs, options) ?? CheckHere(function, module, inputs, options);

    /// <summary>Checks a function of one tensor in this process.</summary>
    public static BackwardResult CheckHere(
        Func<torch.Tensor, torch.Tensor> function, torch.Tensor[] inputs, BackwardOptions options) =>
        Run(function, null, x => [function(x[0])], inputs, options);

    /// <summary>Checks a function of several in this process.</summary>
    public static BackwardResult CheckHere(
        Func<torch.Tensor[], torch.Tensor[]> function,
        torch.nn.Module? module,
        torch.Tensor[] inputs,
        BackwardOptions options) =>
        Run(function, module, function, inputs, options);

    private static BackwardResult Run(
        Delegate function,
        torch.nn.Module? module,
        Func<torch.Tensor[], torch.Tensor[]> call,
        torch.Tensor[] inputs,
        BackwardOptions options)
    {
        using var subject = module is null
            ? TorchSubject.Of(NameOf(function), inputs, call)
            : TorchSubject.Of(module, inputs, call);
        return BackwardRun.Of(subject, options);
    }

    private static BackwardResult? InChild(
        Delegate function, torch.nn.Module? module, torch.Tensor[] inputs, BackwardOptions options)
    {
        TorchRuntime.EnsureLoaded();
        options.Validate(inputs.Length);
        GivenInputs.Require(inputs);
        return !options.InThisProcess && ChildRequest.Of(function, module, inputs, options) is { } request
            ? ChildProcess.Ask(module is null ? NameOf(function) : TorchSubject.NameOf(module), request)
            : null;
    }

    // The compiler's names of lambdas have brackets, which say nothing to anybody.
    private static string NameOf(Delegate function) =>
        function.Method.Name.Contains('<', StringComparison.Ordinal) ? "the function" : function.Method.Name;
}

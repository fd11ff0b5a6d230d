using GradOracle.Torch;
using GradOracle.TorchFunctions.Isolation;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>A function of tensors, told by a delegate.</summary>
internal static class Lambda
{
    /// <summary>
    /// Checks a function of one tensor, in a child process if it captures nothing and the options do not say
    /// otherwise.
    /// </summary>
    public static BackwardResult Check(
        Func<torch.Tensor, torch.Tensor> function, torch.Tensor[] inputs, BackwardOptions options) =>
        InChild(function, inputs, options) ?? CheckHere(function, inputs, options);

    /// <summary>Checks a function of several, likewise.</summary>
    public static BackwardResult Check(
        Func<torch.Tensor[], torch.Tensor[]> function, torch.Tensor[] inputs, BackwardOptions options) =>
        InChild(function, inputs, options) ?? CheckHere(function, inputs, options);

    /// <summary>Checks a function of one tensor in this process.</summary>
    public static BackwardResult CheckHere(
        Func<torch.Tensor, torch.Tensor> function, torch.Tensor[] inputs, BackwardOptions options) =>
        Run(function, x => [function(x[0])], inputs, options);

    /// <summary>Checks a function of several in this process.</summary>
    public static BackwardResult CheckHere(
        Func<torch.Tensor[], torch.Tensor[]> function, torch.Tensor[] inputs, BackwardOptions options) =>
        Run(function, function, inputs, options);

    private static BackwardResult Run(
        Delegate function, Func<torch.Tensor[], torch.Tensor[]> call, torch.Tensor[] inputs, BackwardOptions options)
    {
        using var subject = TorchSubject.Of(NameOf(function), inputs, call);
        return BackwardRun.Of(subject, options);
    }

    private static BackwardResult? InChild(Delegate function, torch.Tensor[] inputs, BackwardOptions options)
    {
        TorchRuntime.EnsureLoaded();
        options.Validate(inputs.Length);
        return !options.InThisProcess && ChildRequest.Of(function, inputs, options) is { } request
            ? ChildProcess.Ask(NameOf(function), request)
            : null;
    }

    // The compiler's names of lambdas have brackets, which say nothing to anybody.
    private static string NameOf(Delegate function) =>
        function.Method.Name.Contains('<', StringComparison.Ordinal) ? "the function" : function.Method.Name;
}

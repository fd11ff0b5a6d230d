using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>A function of tensors, told by a delegate.</summary>
internal static class Lambda
{
    /// <summary>Checks it, in a child process if it captures nothing and the options do not say otherwise.</summary>
    public static BackwardResult Check(
        Delegate function, Func<torch.Tensor[], torch.Tensor[]> call, IReadOnlyList<torch.Tensor> inputs, BackwardOptions options) =>
        CheckHere(function, call, inputs, options);

    /// <summary>Checks it in this process.</summary>
    public static BackwardResult CheckHere(
        Delegate function, Func<torch.Tensor[], torch.Tensor[]> call, IReadOnlyList<torch.Tensor> inputs, BackwardOptions options)
    {
        using var subject = TorchSubject.Of(NameOf(function), inputs, call);
        return BackwardRun.Of(subject, options);
    }

    // The compiler's names of lambdas have brackets, which say nothing to anybody.
    private static string NameOf(Delegate function) =>
        function.Method.Name.Contains('<', StringComparison.Ordinal) ? "the function" : function.Method.Name;
}

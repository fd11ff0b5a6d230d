using System.Reflection;
using GradOracle.Torch;
using GradOracle.TorchFunctions.Isolation;
using TorchSharp;

namespace GradOracle.TorchFunctions;

/// <summary>A custom autograd function, told by its type, behind the guard.</summary>
internal static class CustomFunction
{
    /// <summary>Checks it, in a child process unless the options say otherwise.</summary>
    public static BackwardResult Check(Type function, object?[] arguments, BackwardOptions options)
    {
        TorchRuntime.EnsureLoaded();
        torch.Tensor[] inputs = [.. arguments.OfType<torch.Tensor>()];
        options.Validate(inputs.Length);
        GivenInputs.Require(inputs);
        _ = Guarded(function);
        return !options.InThisProcess && ChildRequest.Of(function, arguments, options) is { } request
            && ChildProcess.Ask(function.Name, request) is { } answer
                ? answer
                : CheckHere(function, arguments, options);
    }

    /// <summary>Checks it in this process.</summary>
    public static BackwardResult CheckHere(Type function, object?[] arguments, BackwardOptions options)
    {
        var apply = Guarded(function);
        var places = Enumerable.Range(0, arguments.Length).Where(i => arguments[i] is torch.Tensor).ToArray();
        using var subject =
            TorchSubject.Of(function.Name, [.. places.Select(i => (torch.Tensor)arguments[i]!)], inputs =>
        {
            var with = (object?[])arguments.Clone();
            foreach (var (place, input) in places.Zip(inputs))
            {
                with[place] = input;
            }

            return [.. apply(with)];
        });
        return BackwardRun.Of(subject, options);
    }

    private static Func<object?[], List<torch.Tensor>> Guarded(Type function)
    {
        for (var type = function.BaseType; type is not null; type = type.BaseType)
        {
            var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
            var guard = definition == typeof(torch.autograd.SingleTensorFunction<>) ? typeof(GuardedSingle<>)
                : definition == typeof(torch.autograd.MultiTensorFunction<>) ? typeof(GuardedMulti<>)
                : null;
            if (guard is not null)
            {
                return guard.MakeGenericType(function)
                    .GetMethod(
                        "apply",
                        BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy,
                        [typeof(object[])])!
                    .CreateDelegate<Func<object?[], List<torch.Tensor>>>();
            }
        }

        throw new BadInputException(
            (Sentence)$"{function.Name} is neither a SingleTensorFunction nor a MultiTensorFunction: derive it from one of them.");
    }
}

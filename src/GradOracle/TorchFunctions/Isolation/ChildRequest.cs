using System.Reflection;
using System.Text.Json;
using TorchSharp;

namespace GradOracle.TorchFunctions.Isolation;

/// <summary>A check told in words, so that another process can run it.</summary>
/// <param name="Assembly">The file of the assembly of the code on trial.</param>
/// <param name="Type">The function's type; or, of a lambda, the type around it.</param>
/// <param name="Method">The metadata token of a lambda's method; 0 for a function's type.</param>
/// <param name="Module">The module whose parameters are differentiated too; null: none.</param>
/// <param name="Target">What a lambda captures.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="Options">The options.</param>
internal sealed record ChildRequest(
    string Assembly, string Type, int Method, Told? Module, Told? Target, Told[] Arguments, BackwardOptions Options)
{
    /// <summary>
    /// A check of a function by its type; null where the type or an argument cannot be told to another process.
    /// </summary>
    public static ChildRequest? Of(Type function, object?[] arguments, BackwardOptions options) =>
        Of(function, 0, null, null, arguments, options);

    /// <summary>
    /// A check of a lambda, of a module's where one is given; null where something of it is in this process alone.
    /// </summary>
    public static ChildRequest? Of(
        Delegate function, torch.nn.Module? module, IReadOnlyList<torch.Tensor> inputs, BackwardOptions options)
    {
        var method = function.Method;
        var isOne = function.GetInvocationList().Length == 1 && !method.IsGenericMethod;
        return !isOne || method.DeclaringType is not { } type
            ? null
            : Of(type, method.MetadataToken, module, function.Target, [.. inputs], options);
    }

    /// <summary>Runs it here: the child's side. Null where what was told cannot be made again, or was written to by
    /// the run.</summary>
    public BackwardResult? Run()
    {
        var type = System.Reflection.Assembly.LoadFrom(Assembly).GetType(Type, throwOnError: true)!;
        if (Made() is not var (module, target, arguments))
        {
            return null;
        }

        var options = Options with { InThisProcess = true };
        if (Method == 0)
        {
            return CustomFunction.CheckHere(type, arguments, options);
        }

        // What has no words is not made again, and what a lambda writes would be lost with this process.
        bool IsAsTold()
        {
            var teller = new Teller();
            return Same(Module, teller.Tell(module)) && Same(Target, teller.Tell(target));
        }

        if (!IsAsTold())
        {
            return null;
        }

        var method = (MethodInfo)type.Module.ResolveMethod(Method)!;
        var isOfOne = method.GetParameters()[^1].ParameterType == typeof(torch.Tensor);
        var inputs = arguments.Cast<torch.Tensor>().ToArray();
        var result = isOfOne
            ? Lambda.CheckHere(method.CreateDelegate<Func<torch.Tensor, torch.Tensor>>(target), inputs, options)
            : Lambda.CheckHere(
                method.CreateDelegate<Func<torch.Tensor[], torch.Tensor[]>>(target), module, inputs, options);
        return IsAsTold() ? result : null;
    }

    private (torch.nn.Module? Module, object? Target, object?[] Arguments)? Made()
    {
        var listener = new Listener();
        try
        {
            var (module, target) = ((torch.nn.Module?)listener.Value(Module), listener.Value(Target));
            return (module, target, Arguments.Select(listener.Value).ToArray());
        }
        catch (Exception)
        {
            return null; // whatever a user's constructor does here, the parent has the object itself
        }
    }

    private static ChildRequest? Of(
        Type type, int method, torch.nn.Module? module, object? target, object?[] arguments, BackwardOptions options)
    {
        if (type.FullName is not { } name || type.IsGenericType || type.Assembly.Location.Length == 0)
        {
            return null;
        }

        var teller = new Teller();
        var (toldModule, toldTarget) = (teller.Tell(module), teller.Tell(target));
        var told = arguments.Select(teller.Tell).ToArray();
        return toldModule is not null && toldTarget is not null && told.All(a => a is not null)
            ? new(type.Assembly.Location, name, method, toldModule, toldTarget, told!, options)
            : null;
    }

    private static bool Same(Told? a, Told? b) => ChildAnswer.Line(a) == ChildAnswer.Line(b);
}

/// <summary>What the child answers.</summary>
internal sealed record ChildAnswer(
    string? Refusal, string Subject, Verdict Verdict, string Summary, IReadOnlyList<string> Findings)
{
    /// <summary>Whether it could not be run there.</summary>
    public bool IsUnable { get; init; }

    /// <summary>That it could not.</summary>
    public static ChildAnswer Unable { get; } = new(null, "", Verdict.NotComparable, "", []) { IsUnable = true };

    public static string Line<T>(T value) => JsonSerializer.Serialize(value);

    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line)!;

    public static ChildAnswer Of(BackwardResult result) =>
        new(null, result.Subject, result.Verdict, result.Summary, result.Findings);

    /// <exception cref="BadInputException">The child refused what it was given.</exception>
    public BackwardResult Result() =>
        Refusal is null ? new(Subject, Verdict, Summary, Findings) : throw new BadInputException(Refusal);
}

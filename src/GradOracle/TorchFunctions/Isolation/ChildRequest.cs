using System.Globalization;
using System.Reflection;
using System.Text.Json;
using TorchSharp;

namespace GradOracle.TorchFunctions.Isolation;

/// <summary>A check told in words, so that another process can run it.</summary>
/// <param name="Assembly">The file of the assembly of the code on trial.</param>
/// <param name="Type">The function's type; or, of a lambda, the type around it.</param>
/// <param name="Method">The metadata token of a lambda's method; 0 for a function's type.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="Options">The options.</param>
internal sealed record ChildRequest(
    string Assembly, string Type, int Method, ChildArgument[] Arguments, BackwardOptions Options)
{
    /// <summary>
    /// A check of a function by its type; null where the type or an argument cannot be told to another process.
    /// </summary>
    public static ChildRequest? Of(Type function, object?[] arguments, BackwardOptions options) =>
        Of(function, 0, arguments, options);

    /// <summary>A check of a lambda; null where it captures something, which is in this process alone.</summary>
    public static ChildRequest? Of(Delegate function, IReadOnlyList<torch.Tensor> inputs, BackwardOptions options)
    {
        var method = function.Method;
        var captures = function.Target is { } target && (target.GetType() != method.DeclaringType || Fields(target.GetType()).Length > 0);
        return captures || method.IsGenericMethod || function.GetInvocationList().Length != 1 || method.DeclaringType is not { } type
            ? null
            : Of(type, method.MetadataToken, [.. inputs], options);
    }

    /// <summary>Runs it here: the child's side.</summary>
    public BackwardResult Run()
    {
        var type = System.Reflection.Assembly.LoadFrom(Assembly).GetType(Type, throwOnError: true)!;
        var arguments = Arguments.Select(a => a.Value()).ToArray();
        var options = Options with { InThisProcess = true };
        if (Method == 0)
        {
            return CustomFunction.CheckHere(type, arguments, options);
        }

        var method = (MethodInfo)type.Module.ResolveMethod(Method)!;
        var target = method.IsStatic ? null : Activator.CreateInstance(type, nonPublic: true);
        var inputs = arguments.Cast<torch.Tensor>().ToArray();
        return method.GetParameters()[^1].ParameterType == typeof(torch.Tensor)
            ? Lambda.CheckHere(method.CreateDelegate<Func<torch.Tensor, torch.Tensor>>(target), inputs, options)
            : Lambda.CheckHere(method.CreateDelegate<Func<torch.Tensor[], torch.Tensor[]>>(target), inputs, options);
    }

    private static ChildRequest? Of(Type type, int method, object?[] arguments, BackwardOptions options)
    {
        var told = arguments.Select(ChildArgument.Of).ToArray();
        return type.FullName is { } name && !type.IsGenericType && type.Assembly.Location.Length > 0 && told.All(a => a is not null)
            ? new(type.Assembly.Location, name, method, told!, options)
            : null;
    }

    private static FieldInfo[] Fields(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}

/// <summary>An argument told in words: a tensor by its bytes, a number or a text by its invariant text.</summary>
internal sealed record ChildArgument(string Kind, string? Text, byte[]? Bytes, long[]? Sizes, bool RequiresGradient)
{
    private static readonly Type[] s_simple = [typeof(double), typeof(float), typeof(long), typeof(int), typeof(bool), typeof(string)];

    /// <summary>Null where it is of another kind.</summary>
    public static ChildArgument? Of(object? value)
    {
        switch (value)
        {
            case null:
                return new("null", null, null, null, false);
            case torch.Tensor tensor when tensor.device_type == DeviceType.CPU && !tensor.is_sparse:
                using (var scope = torch.NewDisposeScope())
                {
                    return new(tensor.dtype.ToString(), null, tensor.detach().contiguous().bytes.ToArray(), [.. tensor.shape], tensor.requires_grad);
                }

            default:
                return s_simple.Contains(value.GetType())
                    ? new(value.GetType().FullName!, Convert.ToString(value, CultureInfo.InvariantCulture), null, null, false)
                    : null;
        }
    }

    public object? Value()
    {
        if (Kind == "null")
        {
            return null;
        }

        if (Bytes is null)
        {
            return Convert.ChangeType(Text, System.Type.GetType(Kind)!, CultureInfo.InvariantCulture);
        }

        var tensor = torch.empty(Sizes!, Enum.Parse<torch.ScalarType>(Kind));
        Bytes.CopyTo(tensor.bytes);
        return tensor.requires_grad_(RequiresGradient);
    }
}

/// <summary>What the child answers.</summary>
internal sealed record ChildAnswer(
    string? Refusal, string Subject, Verdict Verdict, string Summary, IReadOnlyList<string> Findings)
{
    public static string Line<T>(T value) => JsonSerializer.Serialize(value);

    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line)!;

    public static ChildAnswer Of(BackwardResult result) =>
        new(null, result.Subject, result.Verdict, result.Summary, result.Findings);

    /// <exception cref="BadInputException">The child refused what it was given.</exception>
    public BackwardResult Result() =>
        Refusal is null ? new(Subject, Verdict, Summary, Findings) : throw new BadInputException(Refusal);
}

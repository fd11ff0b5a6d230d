using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace GradOracle.TorchFunctions.Isolation;

/// <summary>
/// A value told in words: a tensor by its bytes, a number or a text by its invariant text, a module by its type and
/// state, what a lambda captures by its fields.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A number, a text, a type, or which value told before it is.</param>
internal sealed record Told(string Kind, string? Text = null)
{
    public const string Null = "null", Again = "again", Array = "array", Object = "object", Module = "module";

    /// <summary>Of a tensor, row by row.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>Of a tensor.</summary>
    public long[]? Sizes { get; init; }

    /// <summary>Of a tensor, whether it requires a gradient; of a module, whether it is in training mode.</summary>
    public bool Flag { get; init; }

    /// <summary>Elements; fields; of a module its state and then its fields.</summary>
    public Told?[]? Parts { get; init; }

    /// <summary>Of a module, the names of its state.</summary>
    public string[]? Names { get; init; }

    /// <summary>What of an object has to be told: the fields of its own class and of those it derives from, up to one
    /// of TorchSharp.</summary>
    public static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (var t = type; t is not null && t != typeof(object) && t.Assembly != typeof(torch).Assembly; t = t.BaseType)
        {
            foreach (var field in t.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    /// <summary>The parameters and buffers of a module, by name.</summary>
    public static IEnumerable<(string Name, torch.Tensor Tensor)> StateOf(torch.nn.Module module) =>

    [
        .. module.named_parameters().Select(p => (p.name, (torch.Tensor)p.parameter)),
        .. module.named_buffers().Select(b => (b.name, b.buffer)),
    ];

    /// <summary>A module and those in it.</summary>
    public static IReadOnlyList<torch.nn.Module> ModulesOf(torch.nn.Module module)
    {
        var all = module.named_modules().Select(m => m.module).Prepend(module);
        return [.. all.Distinct(ReferenceEqualityComparer.Instance).Cast<torch.nn.Module>()];
    }
}

/// <summary>Tells values one after the other; what comes again is told as that.</summary>
internal sealed class Teller
{
    private const int MostParts = 1000;
    private const BindingFlags AnyOfAnObject = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly Type[] s_simple =
        [typeof(double), typeof(float), typeof(long), typeof(int), typeof(bool), typeof(string)];

    private readonly Dictionary<object, int> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Null where it is of another kind, or not all of it can be told.</summary>
    public Told? Tell(object? value)
    {
        if (value is null)
        {
            return new(Told.Null);
        }

        if (s_simple.Contains(value.GetType()))
        {
            return new(value.GetType().FullName!, Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        if (!_seen.TryAdd(value, _seen.Count))
        {
            return new(Told.Again, _seen[value].ToString(CultureInfo.InvariantCulture));
        }

        return value switch
        {
            torch.Tensor tensor => Tensor(tensor),
            torch.nn.Module module => Module(module),
            Array { Rank: 1, Length: <= MostParts } array when value.GetType().GetElementType() is var element
                && (element == typeof(torch.Tensor) || s_simple.Contains(element)) =>
                Whole(new(Told.Array, element!.AssemblyQualifiedName), array.Cast<object?>()),
            _ when IsCapture(value.GetType()) => Whole(new(Told.Object, Name(value.GetType())), ValuesIn(value)),
            _ => null,
        };
    }

    private static Told? Tensor(torch.Tensor tensor)
    {
        if (tensor.IsInvalid || tensor.device_type != DeviceType.CPU || tensor.is_sparse || !tensor.is_leaf)
        {
            return null;
        }

        using var scope = torch.NewDisposeScope();
        return new(tensor.dtype.ToString())
        {
            Bytes = tensor.detach().contiguous().bytes.ToArray(),
            Sizes = [.. tensor.shape],
            Flag = tensor.requires_grad,
        };
    }

    // One that its type makes without arguments, whose state and fields then say all.
    private Told? Module(torch.nn.Module module)
    {
        var (type, modules) = (module.GetType(), Told.ModulesOf(module));
        if (type.Assembly == typeof(torch).Assembly || !IsNamed(type) || modules.Any(m => m.training != module.training)
            || type.GetConstructor(AnyOfAnObject, Type.EmptyTypes) is null)
        {
            return null;
        }

        var state = Told.StateOf(module).ToList();
        var tensors = state.Select(s => Tell(s.Tensor)).ToList();
        foreach (var part in modules)
        {
            _seen.TryAdd(part, _seen.Count);
        }

        var names = state.Select(s => s.Name).ToArray();
        var told = Whole(
            new(Told.Module, Name(type)) { Names = names, Flag = module.training }, modules.SelectMany(ValuesIn));
        return told is null || tensors.Contains(null) ? null : told with { Parts = [.. tensors, .. told.Parts!] };
    }

    private Told? Whole(Told told, IEnumerable<object?> values)
    {
        Told?[] parts = [.. values.Select(Tell)];
        return parts.Contains(null) ? null : told with { Parts = parts };
    }

    private static IEnumerable<object?> ValuesIn(object value) =>
        Told.FieldsOf(value.GetType()).Select(f => f.GetValue(value));

    // The classes of the compiler, which hold what a lambda captures; and any that holds nothing.
    private static bool IsCapture(Type type) =>
        IsNamed(type)
        && (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) || !Told.FieldsOf(type).Any());

    private static bool IsNamed(Type type) =>
        type is { FullName: not null, IsGenericType: false } && type.Assembly.Location.Length > 0;

    private static string Name(Type type) => $"{type.FullName}|{type.Assembly.Location}";
}

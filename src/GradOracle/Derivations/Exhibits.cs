using System.Collections.Concurrent;
using System.Reflection;

namespace GradOracle.Derivations;

/// <summary>
/// What an assembly shows of networks and derivations: public classes with a constructor without arguments, and public
/// static properties and fields of public classes that hold one or several.
/// </summary>
internal sealed class Exhibits
{
    private static readonly ConcurrentDictionary<Assembly, Exhibits> s_looked = [];

    private readonly List<Derivation> _derivations = [];
    private readonly List<Network> _networks = [];
    private readonly List<string> _failures = [];

    private Exhibits()
    {
    }

    /// <summary>The derivations, in the order of their names.</summary>
    public IReadOnlyList<Derivation> Derivations => _derivations;

    /// <summary>The networks, those that a derivation differentiates included.</summary>
    public IReadOnlyList<Network> Networks => _networks;

    /// <summary>What could not be made, each with the reason.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Looks at every public type.</summary>
    public static Exhibits Of(Assembly assembly)
    {
        var found = new Exhibits();
        foreach (var type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            found.AddFrom(type);
        }

        found._networks.AddRange(found._derivations.Select(d => d.Network));
        Order(found._derivations, d => (d.Name, d.GetType()));
        Order(found._networks, n => (n.Name, typeof(Network)));
        return found;
    }

    /// <summary>The path of the assembly that shows a derivation under its name; null where none does.</summary>
    public static string? AssemblyOf(Derivation derivation)
    {
        var code = CodeOf(derivation);
        var assembly = code?.Method.Module.Assembly ?? derivation.GetType().Assembly;
        var isOurs = assembly.GetName().Name is "GradOracle" or "GradOracle.Gallery";
        if (isOurs || assembly.IsDynamic || assembly.Location.Length == 0)
        {
            return null;
        }

        bool IsIt(Derivation shown) => shown.Name == derivation.Name && shown.GetType() == derivation.GetType() && Equals(CodeOf(shown)?.Method, code?.Method);
        return s_looked.GetOrAdd(assembly, Of)._derivations.Where(shown => shown.Name == derivation.Name).ToList() is [var only] && IsIt(only) ? assembly.Location : null;
    }

    internal static Delegate? CodeOf(Derivation derivation) => derivation switch
    {
        ArrayDerivation array => array.Code,
        LambdaDerivation lambda => lambda.Code,
        _ => null,
    };

    private static void Order<T>(List<T> all, Func<T, (string, Type)> key)
    {
        List<T> once = [.. all.DistinctBy(key).OrderBy(one => key(one).Item1, StringComparer.Ordinal)];
        all.Clear();
        all.AddRange(once);
    }

    private void AddFrom(Type type)
    {
        if (type.ContainsGenericParameters)
        {
            return;
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(p => Shows(p.PropertyType)))
        {
            Add($"{type.Name}.{property.Name}", () => property.GetValue(null));
        }

        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => Shows(f.FieldType)))
        {
            Add($"{type.Name}.{field.Name}", () => field.GetValue(null));
        }

        if (!type.IsAbstract && Shows(type) && type.GetConstructor(Type.EmptyTypes) is { } constructor)
        {
            Add(type.Name, () => constructor.Invoke(null));
        }
    }

    private static bool Shows(Type type) => IsOne(type)
        || (type != typeof(string) && type.GetInterfaces().Append(type).Any(i => i.IsGenericType
            && i.GetGenericTypeDefinition() == typeof(IEnumerable<>) && IsOne(i.GetGenericArguments()[0])));

    private static bool IsOne(Type type) => type.IsAssignableTo(typeof(Derivation)) || type.IsAssignableTo(typeof(Network));

    private void Add(string what, Func<object?> get)
    {
        object? value = null;
        if (IsolatedRun.Try(() => value = get(), what) is { } failure)
        {
            _failures.Add(failure);
        }

        _derivations.AddRange(value is Derivation derivation ? [derivation] : value as IEnumerable<Derivation> ?? []);
        _networks.AddRange(value is Network network ? [network] : value as IEnumerable<Network> ?? []);
    }
}

using System.Reflection;
using System.Runtime.Loader;
using GradOracle.Derivations;
using GradOracle.Messages;

namespace GradOracle.Cli;

/// <summary>An assembly of a user's, with what it needs from the folder beside it; what the command has itself it
/// shares.</summary>
internal sealed class UserAssembly : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;

    private UserAssembly(string path)
        : base(Path.GetFileNameWithoutExtension(path)) => _resolver = new(path);

    /// <summary>What an assembly shows.</summary>
    /// <exception cref="BadInputException">It is not there, is no assembly, was built for another runtime or against
    /// another version of this library, or shows no derivation.</exception>
    public static Exhibits Load(string file)
    {
        var path = file.Length == 0 ? "" : Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new BadInputException($"There is no assembly \"{PlainText.Quote(file)}\": build your project, and give the path of its .dll.");
        }

        try
        {
            var exhibits = Exhibits.Of(new UserAssembly(path).LoadFromAssemblyPath(path));
            return Require(file, exhibits);
        }
        catch (BadImageFormatException)
        {
            throw new BadInputException($"{PlainText.Quote(file)} is no assembly of .NET, or one for another processor: give the .dll that your build wrote.");
        }
        catch (Exception error) when (
            error is FileLoadException or FileNotFoundException or TypeLoadException or ReflectionTypeLoadException)
        {
            var first = error is ReflectionTypeLoadException types
                ? types.LoaderExceptions.FirstOrDefault(e => e is not null) ?? error
                : error;
            throw new BadInputException($"{PlainText.Quote(file)} cannot be loaded: {PlainText.Quote(first.Message.ReplaceLineEndings(" ").TrimEnd('.'))}; build it against this version of GradOracle, with its packages beside it.");
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // What the command has, networks and derivations above all, must be the same type on both sides.
        var isOurs = File.Exists(Path.Combine(AppContext.BaseDirectory, $"{assemblyName.Name}.dll"));
        return !isOurs && _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static Exhibits Require(string file, Exhibits exhibits)
    {
        if (exhibits.Derivations.Count == 0)
        {
            var why = exhibits.Failures.Count > 0
                ? $"{exhibits.Failures[0]}."
                : "make a derivation a public class with a constructor without arguments, or put it into a public static property.";
            throw new BadInputException($"{PlainText.Quote(file)} shows no derivation: {why}");
        }

        return exhibits.Derivations.GroupBy(d => d.Name).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new BadInputException($"{PlainText.Quote(file)} shows two derivations of the name {PlainText.Quote(twice.Key)}: give each a Name of its own.")
            : exhibits;
    }
}

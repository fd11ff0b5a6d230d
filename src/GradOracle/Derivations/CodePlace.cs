using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using GradOracle.Messages;

namespace GradOracle.Derivations;

/// <summary>Where a derivation is written: what a person opens after reading a report.</summary>
/// <param name="Class">The class, with its namespace; of a lambda the class that it stands in.</param>
/// <param name="File">The source file from the folder of the solution on; null where the build left no symbols.</param>
internal sealed record CodePlace(string Class, string? File)
{
    private static readonly ConcurrentDictionary<MethodBase, CodePlace> s_known = [];

    /// <summary>The place of a derivation's own code.</summary>
    public static CodePlace Of(Derivation derivation)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        MethodBase method = Exhibits.CodeOf(derivation)?.Method ?? OwnMethod(derivation.GetType());
        return s_known.GetOrAdd(method, m => new(ClassOf(m.DeclaringType ?? derivation.GetType()), FileOf(m)));
    }

    private static MethodBase OwnMethod(Type type)
    {
        const BindingFlags declared =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return type.GetMethods(declared).FirstOrDefault(m => m.Name == nameof(Derivation.Differentiate))
            ?? (MethodBase)type.GetConstructors(declared)[0];
    }

    // The name of a generic one is cut.
    private static string ClassOf(Type inner)
    {
        var type = ForeignError.WrittenType(inner);
        var name = (type.FullName ?? type.Name).Replace('+', '.');
        return name.Split('`')[0];
    }

    private static string? FileOf(MethodBase method)
    {
        var assembly = method.Module.Assembly;
        if (assembly.IsDynamic || !System.IO.File.Exists(assembly.Location))
        {
            return null;
        }

        try
        {
            using var image = new PEReader(System.IO.File.OpenRead(assembly.Location));
            if (!image.TryOpenAssociatedPortablePdb(assembly.Location, Open, out var provider, out _))
            {
                return null;
            }

            using (provider)
            {
                var symbols = provider!.GetMetadataReader();
                var handle = MetadataTokens.MethodDefinitionHandle(method.MetadataToken).ToDebugInformationHandle();
                var information = symbols.GetMethodDebugInformation(handle);
                var document = information.Document.IsNil
                    ? information.GetSequencePoints().Select(p => p.Document).FirstOrDefault(d => !d.IsNil)
                    : information.Document;
                return document.IsNil ? null : FromTheTop(symbols.GetString(symbols.GetDocument(document).Name));
            }
        }
        catch (Exception unreadable) when (unreadable is BadImageFormatException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null; // a report without it is as true
        }

        static Stream? Open(string path) => System.IO.File.Exists(path) ? System.IO.File.OpenRead(path) : null;
    }

    // The same on every machine: from the folder of the solution or the repository on, or as a deterministic build says
    // it.
    private static string FromTheTop(string path)
    {
        var parts = path.Split('/', '\\');
        if (path.StartsWith("/_/", StringComparison.Ordinal))
        {
            return string.Join('/', parts[2..]);
        }

        for (var count = parts.Length - 1; count > 0; count--)
        {
            var folder = string.Join('/', parts[..count]) + "/";
            if (Directory.Exists(folder + ".git") || System.IO.File.Exists(folder + ".git")
                || (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.sln*").Any()))
            {
                return string.Join('/', parts[count..]);
            }
        }

        return parts[^1];
    }
}

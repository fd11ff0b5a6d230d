using System.Reflection;

namespace GradOracle.Testing;

/// <summary>The project that a test assembly was built from, on disk.</summary>
/// <param name="Folder">The folder of the project file.</param>
internal sealed record TestProject(string Folder)
{
    // Written into the assembly by build/GradOracle.Testing.targets.
    private const string Attribute = "GradOracle.ProjectDirectory";

    private static readonly EnumerationOptions s_readable = new() { IgnoreInaccessible = true };

    /// <summary>The folder of the solution that the project lies in, or else of the project: where relative paths
    /// begin.</summary>
    public string Top => Above(Folder, "*.sln", "*.slnx") ?? Folder;

    /// <summary>The project of an assembly: as its build wrote down, or else the nearest one above it. Null where
    /// neither is here.</summary>
    public static TestProject? Of(Assembly assembly)
    {
        var written = assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == Attribute)?.Value;
        return Directory.Exists(written)
            ? new(Path.TrimEndingDirectorySeparator(written))
            : Above(
                Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory);
    }

    /// <summary>The nearest project at or above a folder.</summary>
    public static TestProject? Above(string folder) => Above(folder, "*.*proj") is { } project ? new(project) : null;

    /// <summary>The folder <c>fixtures</c> beside a source file of the project.</summary>
    /// <param name="sourceFile">Its path as the compiler knew it: <c>/_/tests/Mine/Some.cs</c> in a build that leaves
    /// out machine paths.</param>
    /// <exception cref="BadInputException">The file is not in the project.</exception>
    public string FixturesBeside(string sourceFile)
    {
        var parts = sourceFile.Split('/', '\\');
        var isOutside = File.Exists(sourceFile) && !IsInside(sourceFile);
        return Enumerable.Range(1, isOutside ? 0 : parts.Length - 1)
            .Select(i => Path.Combine([Folder, .. parts[i..]]))
            .FirstOrDefault(path => IsInside(path) && File.Exists(path)) is { } found
            ? Path.Combine(Path.GetDirectoryName(found)!, "fixtures")
            : throw new BadInputException($"The source file {sourceFile} is not in the project {Folder}: give the folder of fixtures as an argument.");
    }

    private bool IsInside(string path) =>
        Path.GetFullPath(path).StartsWith(Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? Above(string folder, params string[] patterns)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (at.Exists && patterns.Any(p => at.EnumerateFiles(p, s_readable).Any()))
            {
                return at.FullName;
            }
        }

        return null;
    }
}

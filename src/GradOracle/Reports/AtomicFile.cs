using System.Text;

namespace GradOracle.Reports;

/// <summary>Writes a whole file or nothing: a temporary file beside it, then a rename. UTF-8 without BOM.</summary>
internal static class AtomicFile
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Finds out early whether a file can be written, and leaves nothing behind.</summary>
    /// <exception cref="BadInputException">It cannot.</exception>
    public static void RequireWritable(string path) => Try(path, () =>
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder");
        }

        if (IsDevice(Target(path)))
        {
            return;
        }

        var temporary = Temporary(path);
        File.WriteAllBytes(temporary, []);
        File.Delete(temporary);
    });

    /// <summary>Writes the file; what was there before stays until all of the new text is on disk.</summary>
    /// <exception cref="BadInputException">The file cannot be written.</exception>
    public static void Write(string path, string text) => Try(path, () =>
    {
        if (IsDevice(Target(path)))
        {
            File.WriteAllText(path, text, s_utf8);
            return;
        }

        var temporary = Temporary(path);
        try
        {
            File.WriteAllText(temporary, text, s_utf8);
            File.Move(temporary, Target(path), overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    });

    /// <summary>Adds to the end of a file that others write to as well: in one piece, but not instead of theirs.</summary>
    /// <exception cref="BadInputException">The file cannot be written.</exception>
    public static void Append(string path, string text) => Try(path, () => File.AppendAllText(path, text, s_utf8));

    /// <summary>Creates the folder of a file where it does not exist.</summary>
    /// <exception cref="BadInputException">It cannot be created.</exception>
    public static void CreateFolderOf(string path) => Try(path, () => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!));

    private static string Temporary(string path) => $"{Target(path)}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";

    // A link keeps pointing where it points: what it points to is replaced.
    private static string Target(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);

    // /dev/stdout, /dev/null and their like are written to, never replaced.
    private static bool IsDevice(string target) => OperatingSystem.IsLinux() && target.StartsWith("/dev/", StringComparison.Ordinal);

    private static void Try(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = path.Length == 0 ? "the path is empty" : error.Message.Split('\'')[0].TrimEnd(' ', '.', ':');
            throw new BadInputException($"File {path} cannot be written: {reason}; give a path in an existing folder that you may write to.", error);
        }
    }
}

using System.Text;

namespace GradOracle.Files;

/// <summary>Writes a whole file or nothing: a temporary file beside it, flushed to the disk, then a rename. UTF-8
/// without BOM.</summary>
/// <remarks>
/// Links stay links, a device or a pipe is written to and never replaced, and a file keeps its mode. A path that cannot
/// be meant is bad input; a right one that cannot be written (denied, disk full) is not the user's mistake.
/// </remarks>
internal static class AtomicFile
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Finds out early whether a file can be written, and leaves nothing behind.</summary>
    /// <exception cref="BadInputException">The path cannot be that of a file.</exception>
    /// <exception cref="CannotWriteException">It cannot be written.</exception>
    public static void RequireWritable(string path) => Try(path, () =>
    {
        var target = FileTarget.Of(path);
        if (target.IsStream)
        {
            return;
        }

        var temporary = TemporaryFile.NameFor(target.LeadsTo);
        File.WriteAllBytes(temporary, []);
        File.Delete(temporary);
    });

    /// <summary>Keeps an input from being written over, by whatever links the two paths lead to it.</summary>
    /// <param name="what">What would be replaced, and by which option: "--json would replace the case file".</param>
    /// <param name="input">The input; null where there is none.</param>
    /// <param name="target">What is to be written; null where nothing is.</param>
    /// <exception cref="BadInputException">The two are one file.</exception>
    public static void RequireOther(string what, string? input, string? target)
    {
        if (input is { Length: > 0 }
            && target is { Length: > 0 }
            && FileTarget.AreOne(input, target)
            && !FileTarget.Of(target).IsStream)
        {
            throw new BadInputException($"{what} {input}: give another path.");
        }
    }

    /// <summary>Writes the file; what was there before stays until all of the new text is on disk.</summary>
    /// <exception cref="BadInputException">The path cannot be that of a file.</exception>
    /// <exception cref="CannotWriteException">The file cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, s_utf8.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string path, byte[] bytes) => Try(path, () =>
    {
        var target = FileTarget.Of(path);
        if (target.IsStream)
        {
            target.WriteThrough(bytes);
            return;
        }

        TemporaryFile.ClearOld(Path.GetDirectoryName(target.LeadsTo)!);
        var temporary = TemporaryFile.NameFor(target.LeadsTo);
        try
        {
            // Through to the disk, so that the write itself tells of a disk that is full or broken: .NET passes over an
            // fsync that fails.
            using (
                var stream = new FileStream(
                    temporary,
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.Read,
                    bufferSize: 0,
                    FileOptions.WriteThrough))
            {
                KeepMode(target.LeadsTo, temporary);
                stream.Write(bytes);
                stream.Flush(flushToDisk: true); // a rename may reach the disk before what it renames
            }

            File.Move(temporary, target.LeadsTo, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    });

    /// <summary>Adds to the end of a file that others write to as well: in one piece, but not instead of
    /// theirs.</summary>
    /// <exception cref="BadInputException">The path cannot be that of a file.</exception>
    /// <exception cref="CannotWriteException">The file cannot be written.</exception>
    public static void Append(string path, string text) => Try(path, () => File.AppendAllText(path, text, s_utf8));

    /// <summary>Creates the folder of a file where it does not exist.</summary>
    /// <exception cref="BadInputException">It cannot be that of a folder.</exception>
    /// <exception cref="CannotWriteException">It cannot be created.</exception>
    public static void CreateFolderOf(string path) => Try(path, () =>
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above))
            {
                throw new DirectoryNotFoundException();
            }
        }

        Directory.CreateDirectory(folder);
    }, createsFolder: true);

    private static void KeepMode(string replaced, string by)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(replaced))
        {
            File.SetUnixFileMode(by, File.GetUnixFileMode(replaced));
        }
    }

    private static void Try(string path, Action write, bool createsFolder = false)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is DirectoryNotFoundException or PathTooLongException or NotSupportedException
            || error is ArgumentException and not ArgumentOutOfRangeException
            || (error is IOException && !createsFolder && IsNoPath(path)))
        {
            var reason = path.Length == 0 ? "the path is empty" : FileTrouble.Reason(error);
            throw new BadInputException(
                $"File {path} cannot be written: {reason}; give a path in an existing folder that you may write to.");
        }
        catch (Exception error) when (FileTrouble.IsOfTheSystem(error))
        {
            throw new CannotWriteException($"File {path} cannot be written: {FileTrouble.Reason(error)}; make room or give a path that you may write to.", error);
        }
    }

    // Whatever is done about rights and room, this path will never be a report's.
    private static bool IsNoPath(string path)
    {
        try
        {
            return FileTarget.Of(path) is { IsStream: false } target
                && !Directory.Exists(Path.GetDirectoryName(target.LeadsTo));
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            return true;
        }
    }
}

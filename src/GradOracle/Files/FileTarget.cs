using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace GradOracle.Files;

/// <summary>What a path leads to, every link followed: a file to be replaced, or something that is written to and never
/// replaced.</summary>
internal sealed partial class FileTarget
{
    // Windows opens a device by these names, with any ending and in any folder; a report is to be the same file
    // everywhere.
    private static readonly string[] s_devices =
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(i => (string[])[$"COM{i}", $"LPT{i}"])];

    private readonly string _path;

    private FileTarget(string path, string leadsTo, bool isStream) =>
        (_path, LeadsTo, IsStream) = (path, leadsTo, isStream);

    /// <summary>The full path, where no link is left in its last part.</summary>
    public string LeadsTo { get; }

    /// <summary>Whether it is a device, a pipe, a socket or an open descriptor.</summary>
    public bool IsStream { get; }

    /// <summary>What a path leads to.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">It is a folder, links go in a circle, or the name is a device's on some
    /// system.</exception>
    public static FileTarget Of(string path)
    {
        var full = Path.GetFullPath(path);
        if (Descriptor().IsMatch(full))
        {
            return new(path, full, isStream: true);
        }

        var target = new FileInfo(full) is { LinkTarget: not null } link
            ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName
            : full;
        if (Directory.Exists(target))
        {
            throw new IOException("it is a folder");
        }

        if (IsDeviceName(Path.GetFileName(target)))
        {
            throw new IOException("its name is that of a device on Windows");
        }

        var isDevice = OperatingSystem.IsMacOS() && target.StartsWith("/dev/", StringComparison.Ordinal);
        return new(path, target, isDevice || FileIdentity.Of(target) is { IsRegular: false });
    }

    /// <summary>Whether Windows takes the name of a file or folder for a device.</summary>
    public static bool IsDeviceName(string name) =>
        s_devices.Contains(name.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether two paths lead to one file, by links of any kind.</summary>
    public static bool AreOne(string path, string other)
    {
        if (FileIdentity.Of(path) is { } identity && FileIdentity.Of(other) is { } another)
        {
            return identity == another;
        }

        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return string.Equals(Resolved(path), Resolved(other), comparison);
    }

    /// <summary>Writes to what is no file: through the descriptor where it is one, so that <c>&gt;&gt;</c> adds and
    /// nothing is overwritten.</summary>
    public void WriteThrough(byte[] bytes)
    {
        if (Descriptor().Match(Path.GetFullPath(_path)) is not { Success: true } match)
        {
            using var stream = new FileStream(LeadsTo, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.Write(bytes);
            return;
        }

        var descriptor = match.Groups["name"].Value switch { "stdin" => 0, "stdout" => 1, "stderr" => 2, var number => int.Parse(number, null) };
        if (InheritedDescriptor.IsClosed(descriptor))
        {
            throw new IOException("it is closed");
        }

        for (var written = 0; written < bytes.Length;)
        {
            var count = (int)Write(descriptor, bytes[written..], bytes.Length - written);
            written += count > 0 ? count : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    private static string Resolved(string path)
    {
        try
        {
            return new FileInfo(path) is { LinkTarget: not null } link
                ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName
                : Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return path; // a circle of links is no file at all
        }
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, byte[] bytes, nint count);

    [GeneratedRegex("^/dev/(?:fd/)?(?<name>stdin|stdout|stderr|(?<=fd/)[0-9]{1,6})$|^/proc/(?:self|thread-self)/fd/(?<name>[0-9]{1,6})$")]
    private static partial Regex Descriptor();
}

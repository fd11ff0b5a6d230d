using System.Runtime.InteropServices;

namespace GradOracle.Cli;

/// <summary>What the system allows this process, looked at before anything else runs. Linux only.</summary>
/// <remarks>
/// Where memory for compiled code or descriptors for assemblies run out, .NET ends the process in the middle of
/// anything, with a trace and an exit code of its own; no exception says so. What is needed was measured and a margin
/// added.
/// </remarks>
internal static class SystemLimits
{
    private const int StandardError = 2;
    private const int FileSizeSignal = 25; // SIGXFSZ
    private const int Ignored = 1;         // SIG_IGN

    // The resource (RLIMIT_DATA, RLIMIT_NOFILE, RLIMIT_AS), the least that will do, its unit, and how a shell says it.
    private static readonly (int Resource, ulong Least, ulong Unit, string Words)[] s_needs =
    [
        (9, 4608UL << 20, 1 << 20, "MiB of address space (ulimit -v)"),
        (2, 1024UL << 20, 1 << 20, "MiB of data (ulimit -d)"),
        (7, 192, 1, "open files (ulimit -n)"),
    ];

    /// <summary>Why nothing can run here; null where it can.</summary>
    public static string? Refusal()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        IgnoreSignal(FileSizeSignal, Ignored); // a file beyond `ulimit -f` is then an error of writing, and told as one
        foreach (var (resource, least, unit, words) in s_needs)
        {
            if (Allowed(resource, out var limit) == 0 && limit.Soft < least)
            {
                return "This process is allowed " + (limit.Soft / unit)
                    .ToString(null, null) + " " + words + ", and .NET with libtorch needs " + (least / unit)
                    .ToString(null, null) + ": allow more.";
            }
        }

        return null;
    }

    /// <summary>Says why, by no means but the system's own.</summary>
    /// <returns>The exit code.</returns>
    public static int Refuse(string sentence)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes("gradoracle: " + sentence + "\n");
        _ = OperatingSystem.IsWindows() ? 0 : Write(StandardError, bytes, bytes.Length);
        return 3;
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int Allowed(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint IgnoreSignal(int number, nint handler);

    [DllImport("libc", EntryPoint = "write")]
    private static extern nint Write(int descriptor, byte[] bytes, nint count);

    private readonly struct Limit
    {
        public readonly ulong Soft;
        public readonly ulong Hard;
    }
}

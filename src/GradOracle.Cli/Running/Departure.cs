using System.Runtime.InteropServices;

namespace GradOracle.Cli;

/// <summary>How the process ends: at once.</summary>
/// <remarks>
/// libtorch takes itself apart where a process ends in the ordinary way, operator by operator, and one that is still
/// being loaded is waited for: together up to half of what a short command takes, and nobody is served by it.
/// </remarks>
internal static class Departure
{
    /// <summary>Ends the process, whose output is flushed and whose files are closed.</summary>
    /// <returns>The exit code, where the system knows no such end.</returns>
    public static int With(int code)
    {
        if (!OperatingSystem.IsWindows())
        {
            EndNow(code);
        }

        return code;
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void EndNow(int code);
}

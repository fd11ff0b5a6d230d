using System.Runtime.InteropServices;

namespace GradOracle.Files;

/// <summary>Descriptors that whoever started the process handed over.</summary>
/// <remarks>
/// Where one was closed, the runtime's own files and pipes get its number, and what is written to it goes into the
/// runtime. Those are all opened to be closed on exec; what was inherited came through an exec, and so is not.
/// </remarks>
internal static class InheritedDescriptor
{
    private const int GetFlags = 1;    // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Whether nobody handed this one over.</summary>
    // −1, closed, has every bit
    public static bool IsClosed(int descriptor) =>
        !OperatingSystem.IsWindows() && (Control(descriptor, GetFlags) & CloseOnExec) != 0;

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Control(int descriptor, int command);
}

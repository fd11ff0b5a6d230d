using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace GradOracle.Torch;

/// <summary>A Linux library loaded from bytes, through a descriptor to which no path leads.</summary>
/// <remarks>
/// Nothing is left on the disk, nobody can put another library in its place between check and load, and the loader,
/// which looks beside a library for what it needs, finds no folder there.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class AnonymousLibrary
{
    private const uint CloseOnExec = 1;   // MFD_CLOEXEC
    private const uint Executable = 0x10; // MFD_EXEC, which kernels older than 6.3 do not know

    // Open as long as the process lives: the loader knows a library by its path, and that is the number of the
    // descriptor.
    private static readonly List<SafeFileHandle> s_open = [];

    /// <summary>Loads a library; zero where the system does not load it.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="folder">Where a file without a name is made if the system runs nothing from memory.</param>
    /// <exception cref="IOException">There is no room for it, neither in memory nor in the folder.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing runs from memory, and the folder may not be written
    /// to.</exception>
    public static IntPtr Load(byte[] bytes, string folder) =>
        InMemory() is { } memory && Load(memory, bytes) is var library && library != IntPtr.Zero
            ? library
            : Load(InFolder(folder), bytes);

    private static IntPtr Load(SafeFileHandle file, byte[] bytes)
    {
        s_open.Add(file);
        RandomAccess.Write(file, bytes, 0);
        return NativeLibrary.TryLoad($"/proc/self/fd/{file.DangerousGetHandle()}", out var library)
            ? library
            : IntPtr.Zero;
    }

    private static SafeFileHandle? InMemory()
    {
        try
        {
            var descriptor = Create("gradoracle", CloseOnExec | Executable);
            descriptor = descriptor >= 0 ? descriptor : Create("gradoracle", CloseOnExec);
            return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library older than 2018
        }
    }

    // The owner's alone from the start, and without a name before anything is in it.
    private static SafeFileHandle InFolder(string folder)
    {
        var path = Path.Combine(folder, $"gradoracle.{Guid.NewGuid():N}.tmp");
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        });
        File.Delete(path);
        return stream.SafeFileHandle;
    }

    [DllImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    private static extern int Create([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace GradOracle.Files;

/// <summary>Which file a path leads to, all links followed, and whether it is a regular one. Known on Linux
/// only.</summary>
/// <remarks>statx(2), whose layout is the kernel's and the same for every processor.</remarks>
internal readonly record struct FileIdentity(uint Major, uint Minor, ulong Inode, bool IsRegular)
{
    private const int FromCurrentFolder = -100; // AT_FDCWD
    private const uint TypeAndInode = 0x101;    // STATX_TYPE | STATX_INO
    private const int TypeMask = 0xF000;        // S_IFMT
    private const int RegularFile = 0x8000;     // S_IFREG

    /// <summary>The identity; null where nothing is there, or where the system does not say.</summary>
    public static FileIdentity? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var status = new byte[256];
            return Status(FromCurrentFolder, path, 0, TypeAndInode, status) != 0 ? null : new(
                BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(0x88)),
                BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(0x8c)),
                BinaryPrimitives.ReadUInt64LittleEndian(status.AsSpan(0x20)),
                (BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(0x1c)) & TypeMask) == RegularFile);
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library older than 2018
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Status(
        int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);
}

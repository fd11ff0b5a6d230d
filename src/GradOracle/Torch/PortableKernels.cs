using System.Runtime.InteropServices;

namespace GradOracle.Torch;

/// <summary>Keeps libtorch to the instructions that every processor of its kind has. Linux only.</summary>
/// <remarks>
/// By default its kernels, and those of the library that multiplies its matrices, are chosen for the processor, and the
/// last bits of autograd with them: a report would differ from machine to machine. On matrices as small as a case's it
/// costs no time.
/// </remarks>
internal static class PortableKernels
{
    private static readonly (string Name, string Value)[] s_choices =
        [("ATEN_CPU_CAPABILITY", "default"), ("MKL_CBWR", "COMPATIBLE")];

    /// <summary>Chooses; where libtorch has run before in this process, it has chosen already.</summary>
    public static void Choose()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var (name, value) in s_choices)
        {
            // of the C library: libtorch asks that one, and Environment does not tell it
            _ = Set(name, value, overwrite: 1);
        }
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int Set(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite);
}

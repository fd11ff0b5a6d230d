using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace GradOracle.Torch;

/// <summary>Loads libtorch before TorchSharp asks for it, also where the system's C++ library is a little too
/// old.</summary>
/// <remarks>
/// TorchSharp's native library requires the symbol version GLIBCXX_3.4.32 although it calls nothing behind it (the only
/// symbol there is a link-time marker), so Debian 12 and Ubuntu 22.04 refuse to load it. When, and only when, the
/// ordinary load has failed, a copy in which that one requirement is marked weak is loaded from memory instead. No file
/// is written, and the original is never touched: it may be a hard link into the package cache.
/// </remarks>
internal static class TorchRuntime
{
    private const string Bridge = "LibTorchSharp";
    private const string BridgeFile = "libLibTorchSharp.so";

    // In the order in which they need one another.
    private static readonly string[] s_dependencies = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lazy<IntPtr> s_weakened = new(LoadWeakenedCopy);
    private static readonly Lazy<string?> s_failure = new(Load);
    private static string? s_whyNoCopy;
    private static int s_isPrepared;

    /// <summary>Loads libtorch once per process; later calls cost nothing.</summary>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here; the message says what is
    /// missing.</exception>
    public static void EnsureLoaded()
    {
        if (s_failure.Value is { } reason)
        {
            throw new TorchUnavailableException(reason);
        }
    }

    /// <summary>
    /// Before anything of this library runs: from now on TorchSharp finds its native library wherever the system's own
    /// is a little too old, whoever calls it first.
    /// </summary>
#pragma warning disable CA2255 // a library, but one that others' calls must find prepared
    [ModuleInitializer]
    internal static void Prepare()
    {
        if (Interlocked.Exchange(ref s_isPrepared, 1) == 0)
        {
            PortableKernels.Choose();
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
                name == Bridge ? s_weakened.Value : IntPtr.Zero;
        }
    }
#pragma warning restore CA2255

    private static string? Load()
    {
        if (Damage() is { } damage)
        {
            return damage;
        }

        Prepare();
        try
        {
            // Tried here first because TorchSharp, when it fails, prints pages to the console.
            if (!NativeLibrary.TryLoad(Bridge, typeof(torch).Assembly, null, out _))
            {
                return Explain();
            }

            torch.InitializeDeviceType(DeviceType.CPU);
            torch.set_num_threads(1);
            return null;
        }
        catch (Exception error) when (
            error is NotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            return Explain();
        }
    }

    private static string Explain()
    {
        if (FindNative(NativeFileName(Bridge)) is not { } bridge)
        {
            return $"TorchSharp's native library {NativeFileName(Bridge)} is not in the output folder {AppContext.BaseDirectory}: "
                + "restore and build the project on this platform (TorchSharp-cpu serves linux-x64, win-x64, win-arm64 and osx-arm64).";
        }

        // The bridge fails with whatever it needs: name the first library that does not load by itself.
        var dependencies = OperatingSystem.IsLinux() ? s_dependencies : [];
        foreach (var path in dependencies.Select(file => Path.Combine(Path.GetDirectoryName(bridge)!, file)).Append(bridge))
        {
            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                return error.Message.Contains("failed to map", StringComparison.Ordinal)
                    ? $"libtorch cannot be loaded here: {Reason(error.Message)}: there is not enough memory; allow more."
                    : s_whyNoCopy is null
                    ? $"libtorch cannot be loaded here: {Reason(error.Message)}; install or restore that library (libstdc++6 and libgomp1 are packages of Debian and Ubuntu, the others come with TorchSharp-cpu) and run again."
                    : $"libtorch cannot be loaded here: {Reason(error.Message)}, and {s_whyNoCopy}; allow that, or install a newer libstdc++6.";
            }
        }

        return $"libtorch could not be initialised from {bridge}: restore and build the project again.";
    }

    // The first line of the loader's message is advice; what it met follows.
    private static string Reason(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.ElementAtOrDefault(1) ?? lines[0].TrimEnd('.');
    }

    // Before anything is loaded: a library that is cut short ends the process where nobody can catch it.
    private static string? Damage()
    {
        if (!OperatingSystem.IsLinux() || FindNative(BridgeFile) is not { } bridge)
        {
            return null;
        }

        var folder = Path.GetDirectoryName(bridge)!;
        foreach (var path in s_dependencies.Select(file => Path.Combine(folder, file)).Concat(Directory.EnumerateFiles(folder, "libgomp*.so*")).Append(bridge))
        {
            try
            {
                if (File.Exists(path)
                    && ElfImage.LengthByHeaders(path) is var needed
                    && !(new FileInfo(path).Length >= needed))
                {
                    return $"libtorch cannot be loaded here: {path} is cut short or no library; restore the packages and build again.";
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return $"libtorch cannot be loaded here: {path} cannot be read: {error.Message.TrimEnd('.')}; restore the packages and build again.";
            }
        }

        return null;
    }

    private static IntPtr LoadWeakenedCopy()
    {
        if (!OperatingSystem.IsLinux() || FindNative(BridgeFile) is not { } original)
        {
            return IntPtr.Zero;
        }

        var folder = Path.GetDirectoryName(original)!;
        try
        {
            var bytes = File.ReadAllBytes(original);
            if (!ElfVersionNeed.Weaken(bytes, "libstdc++.so.6", "GLIBCXX_3.4.32"))
            {
                return IntPtr.Zero;
            }

            // A library that is loaded already satisfies a later need for the same name; one that is not would be
            // looked for elsewhere.
            return s_dependencies.All(dependency => NativeLibrary.TryLoad(Path.Combine(folder, dependency), out _))
                ? AnonymousLibrary.Load(bytes, folder)
                : IntPtr.Zero;
        }
        // the last is EFBIG
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            s_whyNoCopy = $"no copy that this system can load could be made, neither in memory nor in {folder} ({error.Message.TrimEnd('.')})";
            return IntPtr.Zero;
        }
    }

    private static string? FindNative(string file) =>
        NativeFolders().Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> NativeFolders()
    {
        var listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"))
            .Append(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location) ?? "");
    }

    private static string NativeFileName(string library) =>
        OperatingSystem.IsWindows()
            ? $"{library}.dll"
            : OperatingSystem.IsMacOS()
            ? $"lib{library}.dylib"
            : $"lib{library}.so";
}

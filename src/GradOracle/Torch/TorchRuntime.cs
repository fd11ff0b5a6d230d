using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using TorchSharp;

namespace GradOracle.Torch;

/// <summary>Loads libtorch before TorchSharp asks for it, also where the system's C++ library is a little too old.</summary>
/// <remarks>
/// TorchSharp's native library requires the symbol version GLIBCXX_3.4.32 although it calls nothing behind it (the only
/// symbol there is a link-time marker), so Debian 12 and Ubuntu 22.04 refuse to load it. When, and only when, the ordinary
/// load has failed, a copy in which that one requirement is marked weak is written beside the original, or into the
/// user's cache folder where the output folder cannot be written, and loaded instead. The original is never touched:
/// it may be a hard link into the package cache.
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

    /// <summary>Loads libtorch once per process; later calls cost nothing.</summary>
    /// <exception cref="TorchUnavailableException">libtorch cannot be loaded here; the message says what is missing.</exception>
    public static void EnsureLoaded()
    {
        if (s_failure.Value is { } reason)
        {
            throw new TorchUnavailableException(reason);
        }
    }

    private static string? Load()
    {
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name == Bridge ? s_weakened.Value : IntPtr.Zero;
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
        catch (Exception error) when (error is NotSupportedException or DllNotFoundException or TypeInitializationException)
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
                return s_whyNoCopy is null
                    ? $"libtorch cannot be loaded here: {Reason(error.Message)}; install or restore that library (libstdc++6 and libgomp1 are packages of Debian and Ubuntu, the others come with TorchSharp-cpu) and run again."
                    : $"libtorch cannot be loaded here: {Reason(error.Message)}, and {s_whyNoCopy}; make one of these folders writable, or install a newer libstdc++6.";
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

    private static IntPtr LoadWeakenedCopy()
    {
        if (!OperatingSystem.IsLinux() || FindNative(BridgeFile) is not { } original)
        {
            return IntPtr.Zero;
        }

        var bytes = File.ReadAllBytes(original);
        if (!ElfVersionNeed.Weaken(bytes, "libstdc++.so.6", "GLIBCXX_3.4.32"))
        {
            return IntPtr.Zero;
        }

        // A library that is loaded already satisfies a later need for the same name, from whatever folder that need comes.
        var folder = Path.GetDirectoryName(original)!;
        foreach (var dependency in s_dependencies)
        {
            NativeLibrary.TryLoad(Path.Combine(folder, dependency), out _);
        }

        var name = $"{Path.GetFileNameWithoutExtension(BridgeFile)}.{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}.so";
        foreach (var target in new[] { folder, CacheFolder() })
        {
            try
            {
                var copy = Path.Combine(target, name);
                WriteOnce(copy, bytes);
                if (NativeLibrary.TryLoad(copy, out var handle))
                {
                    return handle;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                s_whyNoCopy = $"a copy that this system can load could be written neither to {folder} nor to {CacheFolder()} ({error.Message.TrimEnd('.')})";
            }
        }

        return IntPtr.Zero;
    }

    // Two processes may start at once: each writes a file of its own and renames it, so a reader sees all of it or nothing.
    private static void WriteOnce(string path, byte[] bytes)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string CacheFolder()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
        {
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache");
        }

        return Path.Combine(cache, "gradoracle");
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
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}

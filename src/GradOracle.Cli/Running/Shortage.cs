using System.ComponentModel;

namespace GradOracle.Cli;

/// <summary>Memory that ran out, by whatever exception says so.</summary>
internal static class Shortage
{
    private const int NoMemory = 12;                            // ENOMEM
    private const int OutOfMemory = unchecked((int)0x8007000E); // E_OUTOFMEMORY, of assemblies that cannot be loaded

    /// <summary>What to say.</summary>
    public const string Sentence =
        "There is not enough memory for this: take smaller sizes (--max-dim) or fewer cases, or allow more.";

    /// <summary>Whether an exception, or one inside it, comes of it.</summary>
    public static bool IsOfMemory(Exception error) =>
        error is OutOfMemoryException or Win32Exception { NativeErrorCode: NoMemory }
        || error.HResult == OutOfMemory
        || IsToldBy(error.Message)
        || (
            error is AggregateException several
                ? several.InnerExceptions.Any(IsOfMemory)
                : error.InnerException is { } inner && IsOfMemory(inner));

    // The words of the system, of libtorch's allocator and of C++.
    private static bool IsToldBy(string message) =>
        message.Contains("allocate memory", StringComparison.Ordinal) || message.Contains(
            "not enough memory", StringComparison.Ordinal) || message.Contains("bad_alloc", StringComparison.Ordinal);
}

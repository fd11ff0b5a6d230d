using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradOracle.Derivations;

/// <summary>Entries that do not move, for code that takes their address.</summary>
/// <remarks>An address keeps nothing alive: while foreign code runs, in whatever thread, all that it took are
/// kept.</remarks>
internal sealed class Pinned<T>
    where T : unmanaged
{
    public Pinned(T[] entries)
    {
        Entries = GC.AllocateUninitializedArray<T>(entries.Length, pinned: true);
        entries.CopyTo(Entries, 0);
        Addresses.Keep(Entries);
    }

    public T[] Entries { get; }

    public unsafe T* Address => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Entries));
}

/// <summary>What code took the address of.</summary>
internal static class Addresses
{
    private static readonly AsyncLocal<List<Array>?> s_taken = new();

    /// <summary>Runs code; what it takes the address of lives until it has returned.</summary>
    public static void KeptDuring(Action code)
    {
        var (outer, taken) = (s_taken.Value, new List<Array>());
        s_taken.Value = taken;
        try
        {
            code();
        }
        finally
        {
            s_taken.Value = outer;
            GC.KeepAlive(taken);
        }
    }

    /// <summary>Keeps entries alive while the code runs that asked for their address.</summary>
    public static void Keep(Array entries)
    {
        if (s_taken.Value is { } taken)
        {
            lock (taken)
            {
                taken.Add(entries);
            }
        }
    }
}

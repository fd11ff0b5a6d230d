using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradOracle.Derivations;

/// <summary>Entries that do not move, for code that takes their address.</summary>
internal sealed class Pinned<T>
    where T : unmanaged
{
    public Pinned(T[] entries)
    {
        Entries = GC.AllocateUninitializedArray<T>(entries.Length, pinned: true);
        entries.CopyTo(Entries, 0);
    }

    public T[] Entries { get; }

    public unsafe T* Address => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Entries));
}

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GradOracle.Numerics;

/// <summary>
/// C += A B for float and double, in strips of C as wide as vectors allow, B packed strip by strip where that pays.
/// </summary>
internal static class TiledProduct<T, TTerm>
    where T : unmanaged
    where TTerm : ITerm<T>
{
    private const int Tiny = 24; // terms: what vectors do not pay for

    // A packed strip is read again for every four rows: so many of its rows stay in the processor's nearest memory.
    private const int InnerBlock = 256;

    private const int PackedFrom = 2048; // entries of B: what is smaller lies in that memory anyway

    private const int OnStack = 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(in Layout layout, Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B)
    {
        if ((long)layout.Rows * layout.Inner * layout.Columns <= Tiny)
        {
            PlainProduct<T, TTerm>.Add(layout, C, A, B);
            return;
        }

        AddInVectors(layout, C, A, B);
    }

    private static void AddInVectors(in Layout layout, Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B)
    {
        layout.Check(C.Length, A.Length, B.Length);
        ref var c = ref MemoryMarshal.GetReference(C);
        ref var a = ref MemoryMarshal.GetReference(A);
        ref var b = ref MemoryMarshal.GetReference(B);
        if (Vector512.IsHardwareAccelerated && layout.Columns >= 2 * Vector512<T>.Count)
        {
            Add<Vector512<T>, Lanes512<T, TTerm>>(layout, ref c, ref a, ref b);
        }
        else if (Vector256.IsHardwareAccelerated && layout.Columns >= Vector256<T>.Count)
        {
            Add<Vector256<T>, Lanes256<T, TTerm>>(layout, ref c, ref a, ref b);
        }
        else if (Vector128.IsHardwareAccelerated && layout.Columns >= Vector128<T>.Count)
        {
            Add<Vector128<T>, Lanes128<T, TTerm>>(layout, ref c, ref a, ref b);
        }
        else
        {
            Add<T, OneLane<T, TTerm>>(layout, ref c, ref a, ref b);
        }
    }

    /// <summary>C += A B in vectors of the given width.</summary>
    internal static void Add<V, TLanes>(in Layout layout, ref T c, ref T a, ref T b)
        where V : struct
        where TLanes : ILanes<T, V>
    {
        if (layout.BColumn != 1 || (layout.Rows > 4 && layout.Inner * layout.Columns >= PackedFrom))
        {
            AddPacked<V, TLanes>(layout, ref c, ref a, ref b);
            return;
        }

        for (var s = 0; s < layout.Count; s++)
        {
            for (int j = 0, width; j < layout.Columns; j += width)
            {
                width = Width<V, TLanes>(layout.Columns - j);
                ref T from = ref Unsafe.Add(ref b, j), to = ref Unsafe.Add(ref c, j);
                AddStrip<V, TLanes>(layout, ref to, ref a, ref from, layout.BInner, layout.Inner, width);
            }

            c = ref Unsafe.Add(ref c, layout.Rows * layout.Columns);
            a = ref Unsafe.Add(ref a, layout.Rows * layout.Inner);
            b = ref Unsafe.Add(ref b, layout.Inner * layout.Columns);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddPacked<V, TLanes>(in Layout layout, ref T c, ref T a, ref T b)
        where V : struct
        where TLanes : ILanes<T, V>
    {
        var size = Math.Min(layout.Inner, InnerBlock) * Math.Min(layout.Columns, 3 * TLanes.Count);
        var rented = size > OnStack ? ArrayPool<T>.Shared.Rent(size) : null;
        Span<T> buffer = rented ?? stackalloc T[size];
        ref var strip = ref MemoryMarshal.GetReference(buffer);
        for (var s = 0; s < layout.Count; s++)
        {
            for (int k = 0, inner; k < layout.Inner; k += inner)
            {
                inner = Math.Min(layout.Inner - k, InnerBlock);
                for (int j = 0, width; j < layout.Columns; j += width)
                {
                    width = Width<V, TLanes>(layout.Columns - j);
                    ref T packed = ref Unsafe.Add(ref b, k * layout.BInner + j * layout.BColumn);
                    Pack(layout, ref packed, ref strip, inner, width);
                    ref T from = ref Unsafe.Add(ref a, k * layout.AInner), to = ref Unsafe.Add(ref c, j);
                    AddStrip<V, TLanes>(layout, ref to, ref from, ref strip, width, inner, width);
                }
            }

            c = ref Unsafe.Add(ref c, layout.Rows * layout.Columns);
            a = ref Unsafe.Add(ref a, layout.Rows * layout.Inner);
            b = ref Unsafe.Add(ref b, layout.Inner * layout.Columns);
        }

        if (rented is not null)
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    // Up to three vectors, never so many that less than one is left.
    private static int Width<V, TLanes>(int columns)
        where TLanes : ILanes<T, V> =>
        columns <= 3 * TLanes.Count ? columns : columns < 4 * TLanes.Count ? 2 * TLanes.Count : 3 * TLanes.Count;

    private static void Pack(in Layout layout, ref T b, ref T strip, int inner, int width)
    {
        var (bInner, bColumn) = (layout.BInner, layout.BColumn);
        if (bColumn == 1)
        {
            for (var k = 0; k < inner; k++)
            {
                var row = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref b, k * bInner), width);
                row.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref strip, k * width), width));
            }

            return;
        }

        for (var j = 0; j < width; j++)
        {
            ref T from = ref Unsafe.Add(ref b, j * bColumn), to = ref Unsafe.Add(ref strip, j);
            for (var k = 0; k < inner; k++)
            {
                to = from;
                from = ref Unsafe.Add(ref from, bInner);
                to = ref Unsafe.Add(ref to, width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddStrip<V, TLanes>(
        in Layout layout, ref T c, ref T a, ref T b, int bInner, int inner, int width)
        where V : struct
        where TLanes : ILanes<T, V>
    {
        var (cRow, aRow, aInner, rows) = (layout.Columns, layout.ARow, layout.AInner, layout.Rows);
        var last = width - TLanes.Count;
        if (last == 0)
        {
            Strip<T, V, TLanes, OneVector>.Add(ref c, cRow, last, ref a, aRow, aInner, ref b, bInner, rows, inner);
        }
        else if (last <= TLanes.Count)
        {
            Strip<T, V, TLanes, TwoVectors>.Add(ref c, cRow, last, ref a, aRow, aInner, ref b, bInner, rows, inner);
        }
        else
        {
            Strip<T, V, TLanes, ThreeVectors>.Add(ref c, cRow, last, ref a, aRow, aInner, ref b, bInner, rows, inner);
        }
    }
}

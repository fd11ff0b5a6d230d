using System.Runtime.CompilerServices;

namespace GradOracle.Numerics;

/// <summary>
/// A strip of C += A B, one to three vectors wide; four rows of it at a time stay in registers while the inner index
/// runs.
/// </summary>
/// <remarks>
/// What is missing is done twice: a row that is not there repeats the last one, and the last vector of a row may lie
/// over the one before it. All of four rows is read before any of it is written, so both write the same numbers.
/// </remarks>
/// <typeparam name="T">What an entry is.</typeparam>
/// <typeparam name="V">A vector of entries.</typeparam>
/// <typeparam name="TLanes">What is done with vectors.</typeparam>
/// <typeparam name="TVectors">How many vectors wide the strip is.</typeparam>
internal static class Strip<T, V, TLanes, TVectors>
    where T : struct
    where V : struct
    where TLanes : ILanes<T, V>
    where TVectors : IVectors
{
    /// <summary>C += A B for a strip of C.</summary>
    /// <param name="c">The strip's first entry.</param>
    /// <param name="cRow">From row to row of C.</param>
    /// <param name="last">From the first entry of a row of the strip to its last vector.</param>
    /// <param name="a">The first entry of A.</param>
    /// <param name="aRow">From row to row of A.</param>
    /// <param name="aInner">From one inner index of A to the next.</param>
    /// <param name="b">The first entry of B in the strip's columns, which lie beside each other.</param>
    /// <param name="bInner">From one inner index of B to the next.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="inner">How many terms each sum has.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(
        ref T c, nint cRow, nint last, ref T a, nint aRow, nint aInner, ref T b, nint bInner, int rows, int inner)
    {
        for (; rows > 1; rows -= 4)
        {
            nint second = rows > 2 ? 2 : 1, third = rows > 3 ? 3 : second;
            ref T c1 = ref Unsafe.Add(ref c, cRow), a1 = ref Unsafe.Add(ref a, aRow);
            ref T c2 = ref Unsafe.Add(ref c, cRow * second), a2 = ref Unsafe.Add(ref a, aRow * second);
            ref T c3 = ref Unsafe.Add(ref c, cRow * third), a3 = ref Unsafe.Add(ref a, aRow * third);
            Row r0 = new(ref c, last), r1 = new(ref c1, last), r2 = new(ref c2, last), r3 = new(ref c3, last);
            ref var row = ref b;
            nint at = 0;
            for (var k = 0; k < inner; k++)
            {
                var (u, v, w) = Of(ref row, last);
                r0.Add(TLanes.Spread(Unsafe.Add(ref a, at)), u, v, w);
                r1.Add(TLanes.Spread(Unsafe.Add(ref a1, at)), u, v, w);
                r2.Add(TLanes.Spread(Unsafe.Add(ref a2, at)), u, v, w);
                r3.Add(TLanes.Spread(Unsafe.Add(ref a3, at)), u, v, w);
                at += aInner;
                row = ref Unsafe.Add(ref row, bInner);
            }

            r0.Store(ref c, last);
            r1.Store(ref c1, last);
            r2.Store(ref c2, last);
            r3.Store(ref c3, last);
            c = ref Unsafe.Add(ref c, 4 * cRow);
            a = ref Unsafe.Add(ref a, 4 * aRow);
        }

        if (rows == 1)
        {
            var only = new Row(ref c, last);
            for (var k = 0; k < inner; k++)
            {
                var (u, v, w) = Of(ref b, last);
                only.Add(TLanes.Spread(a), u, v, w);
                a = ref Unsafe.Add(ref a, aInner);
                b = ref Unsafe.Add(ref b, bInner);
            }

            only.Store(ref c, last);
        }
    }

    // The first, middle and last vector of a row; what a narrower strip has not is nothing to the compiler either.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V First, V Middle, V Last) Of(ref T row, nint last) => (
        TLanes.Load(ref row),
        TVectors.Count > 2 ? TLanes.Load(ref Unsafe.Add(ref row, TLanes.Count)) : default,
        TVectors.Count > 1 ? TLanes.Load(ref Unsafe.Add(ref row, last)) : default);

    /// <summary>The sums of one row.</summary>
    private struct Row
    {
        private V _first, _middle, _last;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Row(ref T c, nint last) => (_first, _middle, _last) = Of(ref c, last);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(V factor, V first, V middle, V last)
        {
            _first = TLanes.Add(_first, factor, first);
            if (TVectors.Count > 2)
            {
                _middle = TLanes.Add(_middle, factor, middle);
            }

            if (TVectors.Count > 1)
            {
                _last = TLanes.Add(_last, factor, last);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(ref T c, nint last)
        {
            TLanes.Store(_first, ref c);
            if (TVectors.Count > 2)
            {
                TLanes.Store(_middle, ref Unsafe.Add(ref c, TLanes.Count));
            }

            if (TVectors.Count > 1)
            {
                TLanes.Store(_last, ref Unsafe.Add(ref c, last));
            }
        }
    }
}

/// <summary>How many vectors a row of a strip has, known to the compiler.</summary>
internal interface IVectors
{
    static abstract int Count { get; }
}

internal readonly struct OneVector : IVectors
{
    public static int Count => 1;
}

internal readonly struct TwoVectors : IVectors
{
    public static int Count => 2;
}

internal readonly struct ThreeVectors : IVectors
{
    public static int Count => 3;
}

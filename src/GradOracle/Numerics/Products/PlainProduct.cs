using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradOracle.Numerics;

/// <summary>
/// C += A B, one sum after the other: for matrices too small for vectors, and for numbers that have none.
/// </summary>
internal static class PlainProduct<T, TTerm>
    where T : struct
    where TTerm : ITerm<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(in Layout layout, Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B)
    {
        layout.Check(C.Length, A.Length, B.Length);
        ref var c = ref MemoryMarshal.GetReference(C);
        ref var a = ref MemoryMarshal.GetReference(A);
        ref var b = ref MemoryMarshal.GetReference(B);
        var (count, rows, inner, columns, aRow, aInner, bInner, bColumn) = layout;
        for (var s = 0; s < count; s++)
        {
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    ref T x = ref Unsafe.Add(ref a, i * aRow), y = ref Unsafe.Add(ref b, j * bColumn);
                    var sum = c;
                    for (var k = 0; k < inner; k++)
                    {
                        sum = TTerm.Add(sum, x, y);
                        x = ref Unsafe.Add(ref x, aInner);
                        y = ref Unsafe.Add(ref y, bInner);
                    }

                    c = sum;
                    c = ref Unsafe.Add(ref c, 1);
                }
            }

            a = ref Unsafe.Add(ref a, rows * inner);
            b = ref Unsafe.Add(ref b, inner * columns);
        }
    }
}

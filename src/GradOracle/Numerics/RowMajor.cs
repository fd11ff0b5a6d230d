using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradOracle.Numerics;

/// <summary>Matrix products on spans of entries, row after row, for whatever is written for speed.</summary>
/// <remarks>
/// Every entry of C is summed over the inner index in order, however wide the processor's vectors are: a vector holds
/// entries of one row, not terms of one sum. A term of float or double joins its sum with one rounding (a fused
/// multiply-add, in software where the processor has none) or, where the name says <c>Rounded</c>, with two: the
/// product is rounded, then the sum. So the bits are the same on every machine. Other numbers multiply and add as they
/// do. C must not overlap A or B.
/// </remarks>
internal static class RowMajor
{
    /// <summary>C += A B, where A is rows×inner and B is inner×columns.</summary>
    public static void AddProduct<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int rows, int inner, int columns)
        where T : struct, INumberBase<T> => AddProducts(C, A, B, 1, rows, inner, columns);

    /// <summary>C += Aᵀ B, where A is inner×rows and B is inner×columns.</summary>
    public static void AddTransposedProduct<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int inner, int rows, int columns)
        where T : struct, INumberBase<T> => AddTransposedProducts(C, A, B, 1, inner, rows, columns);

    /// <summary>C += A Bᵀ, where A is rows×inner and B is columns×inner.</summary>
    public static void AddProductTransposed<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int rows, int inner, int columns)
        where T : struct, INumberBase<T> => AddProductsTransposed(C, A, B, 1, rows, inner, columns);

    /// <summary><see cref="AddProduct"/> for <paramref name="count"/> matrices C, A and B each.</summary>
    public static void AddProducts<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int count, int rows, int inner, int columns)
        where T : struct, INumberBase<T> => AddFused(Layout.Of(count, rows, inner, columns), C, A, B);

    /// <summary><see cref="AddTransposedProduct"/> for <paramref name="count"/> matrices C, A and B each.</summary>
    public static void AddTransposedProducts<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int count, int inner, int rows, int columns)
        where T : struct, INumberBase<T>
    {
        if (columns == 1)
        {
            AddProducts(C, B, A, count, 1, inner, rows); // Aᵀ b is the row bᵀ A, and lies alike
        }
        else
        {
            AddFused(Layout.OfTransposed(count, inner, rows, columns), C, A, B);
        }
    }

    /// <summary><see cref="AddProductTransposed"/> for <paramref name="count"/> matrices C, A and B each.</summary>
    public static void AddProductsTransposed<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int count, int rows, int inner, int columns)
        where T : struct, INumberBase<T> => AddFused(Layout.OfSecondTransposed(count, rows, inner, columns), C, A, B);

    /// <summary><see cref="AddProduct"/> with two roundings a term.</summary>
    public static void AddRoundedProduct<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int rows, int inner, int columns)
        where T : struct, INumberBase<T> => AddRounded(Layout.Of(1, rows, inner, columns), C, A, B);

    /// <summary><see cref="AddTransposedProduct"/> with two roundings a term.</summary>
    public static void AddRoundedTransposedProduct<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int inner, int rows, int columns)
        where T : struct, INumberBase<T> => AddRounded(Layout.OfTransposed(1, inner, rows, columns), C, A, B);

    /// <summary><see cref="AddProductTransposed"/> with two roundings a term.</summary>
    public static void AddRoundedProductTransposed<T>(
        Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B, int rows, int inner, int columns)
        where T : struct, INumberBase<T> => AddRounded(Layout.OfSecondTransposed(1, rows, inner, columns), C, A, B);

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // what T is decides, and is known where this is called
    private static void AddFused<T>(in Layout layout, Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B)
        where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double))
        {
            TiledProduct<double, Fused>.Add(layout, As<T, double>(C), As<T, double>(A), As<T, double>(B));
        }
        else if (typeof(T) == typeof(float))
        {
            TiledProduct<float, Fused>.Add(layout, As<T, float>(C), As<T, float>(A), As<T, float>(B));
        }
        else
        {
            PlainProduct<T, Rounded<T>>.Add(layout, C, A, B);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRounded<T>(in Layout layout, Span<T> C, ReadOnlySpan<T> A, ReadOnlySpan<T> B)
        where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(double))
        {
            TiledProduct<double, Rounded<double>>.Add(layout, As<T, double>(C), As<T, double>(A), As<T, double>(B));
        }
        else if (typeof(T) == typeof(float))
        {
            TiledProduct<float, Rounded<float>>.Add(layout, As<T, float>(C), As<T, float>(A), As<T, float>(B));
        }
        else
        {
            PlainProduct<T, Rounded<T>>.Add(layout, C, A, B);
        }
    }

    private static Span<TNumber> As<T, TNumber>(Span<T> entries)
        where T : struct
        where TNumber : struct => MemoryMarshal.Cast<T, TNumber>(entries);

    private static ReadOnlySpan<TNumber> As<T, TNumber>(ReadOnlySpan<T> entries)
        where T : struct
        where TNumber : struct => MemoryMarshal.Cast<T, TNumber>(entries);
}

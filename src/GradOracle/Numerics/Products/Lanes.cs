using System.Runtime.Intrinsics;

namespace GradOracle.Numerics;

/// <summary>Neighbouring entries of one row, treated as one value: a vector, or a single entry.</summary>
/// <typeparam name="T">What an entry is.</typeparam>
/// <typeparam name="V">What holds them.</typeparam>
internal interface ILanes<T, V>
{
    static abstract int Count { get; }

    static abstract V Load(ref T from);

    static abstract void Store(V lanes, ref T to);

    static abstract V Spread(T entry);

    static abstract V Add(V sum, V a, V b);
}

/// <summary>One entry.</summary>
internal readonly struct OneLane<T, TTerm> : ILanes<T, T>
    where T : struct
    where TTerm : ITerm<T>
{
    public static int Count => 1;

    public static T Load(ref T from) => from;

    public static void Store(T lanes, ref T to) => to = lanes;

    public static T Spread(T entry) => entry;

    public static T Add(T sum, T a, T b) => TTerm.Add(sum, a, b);
}

/// <summary>128 bits of entries.</summary>
internal readonly struct Lanes128<T, TTerm> : ILanes<T, Vector128<T>>
    where T : struct
    where TTerm : ITerm<T>
{
    public static int Count => Vector128<T>.Count;

    public static Vector128<T> Load(ref T from) => Vector128.LoadUnsafe(ref from);

    public static void Store(Vector128<T> lanes, ref T to) => lanes.StoreUnsafe(ref to);

    public static Vector128<T> Spread(T entry) => Vector128.Create(entry);

    public static Vector128<T> Add(Vector128<T> sum, Vector128<T> a, Vector128<T> b) => TTerm.Add(sum, a, b);
}

/// <summary>256 bits of entries.</summary>
internal readonly struct Lanes256<T, TTerm> : ILanes<T, Vector256<T>>
    where T : struct
    where TTerm : ITerm<T>
{
    public static int Count => Vector256<T>.Count;

    public static Vector256<T> Load(ref T from) => Vector256.LoadUnsafe(ref from);

    public static void Store(Vector256<T> lanes, ref T to) => lanes.StoreUnsafe(ref to);

    public static Vector256<T> Spread(T entry) => Vector256.Create(entry);

    public static Vector256<T> Add(Vector256<T> sum, Vector256<T> a, Vector256<T> b) => TTerm.Add(sum, a, b);
}

/// <summary>512 bits of entries.</summary>
internal readonly struct Lanes512<T, TTerm> : ILanes<T, Vector512<T>>
    where T : struct
    where TTerm : ITerm<T>
{
    public static int Count => Vector512<T>.Count;

    public static Vector512<T> Load(ref T from) => Vector512.LoadUnsafe(ref from);

    public static void Store(Vector512<T> lanes, ref T to) => lanes.StoreUnsafe(ref to);

    public static Vector512<T> Spread(T entry) => Vector512.Create(entry);

    public static Vector512<T> Add(Vector512<T> sum, Vector512<T> a, Vector512<T> b) => TTerm.Add(sum, a, b);
}

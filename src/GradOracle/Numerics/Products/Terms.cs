using System.Runtime.Intrinsics;

namespace GradOracle.Numerics;

/// <summary>
/// How one term a·b joins a sum. A wide vector does the same in each of its entries, so the width shows in no bit.
/// </summary>
internal interface ITerm<T>
    where T : struct
{
    static abstract T Add(T sum, T a, T b);

    static abstract Vector128<T> Add(Vector128<T> sum, Vector128<T> a, Vector128<T> b);

    static abstract Vector256<T> Add(Vector256<T> sum, Vector256<T> a, Vector256<T> b);

    static abstract Vector512<T> Add(Vector512<T> sum, Vector512<T> a, Vector512<T> b);
}

/// <summary>One rounding a term: a fused multiply-add, in hardware or in software.</summary>
internal readonly struct Fused : ITerm<double>, ITerm<float>
{
    public static double Add(double sum, double a, double b) => Math.FusedMultiplyAdd(a, b, sum);

    public static Vector128<double> Add(Vector128<double> sum, Vector128<double> a, Vector128<double> b) =>
        Vector128.FusedMultiplyAdd(a, b, sum);

    public static Vector256<double> Add(Vector256<double> sum, Vector256<double> a, Vector256<double> b) =>
        Vector256.FusedMultiplyAdd(a, b, sum);

    public static Vector512<double> Add(Vector512<double> sum, Vector512<double> a, Vector512<double> b) =>
        Vector512.FusedMultiplyAdd(a, b, sum);

    public static float Add(float sum, float a, float b) => MathF.FusedMultiplyAdd(a, b, sum);

    public static Vector128<float> Add(Vector128<float> sum, Vector128<float> a, Vector128<float> b) =>
        Vector128.FusedMultiplyAdd(a, b, sum);

    public static Vector256<float> Add(Vector256<float> sum, Vector256<float> a, Vector256<float> b) =>
        Vector256.FusedMultiplyAdd(a, b, sum);

    public static Vector512<float> Add(Vector512<float> sum, Vector512<float> a, Vector512<float> b) =>
        Vector512.FusedMultiplyAdd(a, b, sum);
}

/// <summary>Two roundings a term: the product is rounded, then the sum.</summary>
internal readonly struct Rounded<T> : ITerm<T>
    where T : struct, System.Numerics.INumberBase<T>
{
    public static T Add(T sum, T a, T b) => sum + a * b;

    public static Vector128<T> Add(Vector128<T> sum, Vector128<T> a, Vector128<T> b) => sum + a * b;

    public static Vector256<T> Add(Vector256<T> sum, Vector256<T> a, Vector256<T> b) => sum + a * b;

    public static Vector512<T> Add(Vector512<T> sum, Vector512<T> a, Vector512<T> b) => sum + a * b;
}

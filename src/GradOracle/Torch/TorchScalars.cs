using System.Collections.Concurrent;
using TorchSharp;

namespace GradOracle.Torch;

/// <summary>Scalars that live as long as the process.</summary>
/// <remarks>
/// A temporary scalar may be collected while native code still reads it. Adding two tensors takes one as well (the factor of the second), and TorchSharp makes a temporary
/// where none is given.
/// </remarks>
internal static class TorchScalars
{
    private static readonly ConcurrentDictionary<double, Scalar> s_scalars = new();

    public static Scalar One { get; } = 1;

    public static Scalar MinusOne { get; } = -1;

    public static Scalar Of(double value) => s_scalars.GetOrAdd(value, v => (Scalar)v);
}

using System.Collections.Concurrent;
using TorchSharp;

namespace GradOracle.Torch;

/// <summary>Scalars that live as long as the process.</summary>
/// <remarks>
/// A temporary scalar may be collected while native code still reads it: a sum of 36 000 cases fails now and then with
/// "Expected false to be true". TorchSharp makes a temporary where none is given: for the factor of the second of two
/// tensors or numbers that are added, for the step of <c>arange</c>, for what <c>softplus</c> takes.
/// </remarks>
internal static class TorchScalars
{
    private static readonly ConcurrentDictionary<double, Scalar> s_scalars = new();

    public static Scalar One { get; } = 1;

    public static Scalar MinusOne { get; } = -1;

    public static Scalar Of(double value) => s_scalars.GetOrAdd(value, v => (Scalar)v);
}

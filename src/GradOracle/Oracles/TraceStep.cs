using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Oracles;

/// <summary>One step of a network's TorchSharp statement on one case.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Factor">The constant of a scaling.</param>
/// <param name="Name">The name of the leaf, or the one the network gave the step.</param>
/// <param name="Use">Which use of a leaf it is, where the network says so.</param>
/// <param name="Operands">The steps it is computed from, by their numbers, which are smaller than its own.</param>
/// <param name="Value">What came out.</param>
/// <param name="Slope">The derivative of an elementwise function.</param>
internal sealed record TraceStep(Operation Operation, double Factor, string? Name, string? Use, IReadOnlyList<int> Operands, Matrix<double> Value, Func<double, double>? Slope)
{
    public bool IsLeaf => Operation == Operation.Leaf;
}

using GradOracle.Cases;
using GradOracle.Networks;

namespace GradOracle.Derivations;

/// <summary>A hand-written forward and backward pass of one network: what is on trial.</summary>
/// <remarks>
/// Written for reading, derive from <see cref="MatrixDerivation"/>; written for speed, implement this and take the whole
/// batch as spans. The harness checks either.
/// </remarks>
public interface IDerivation
{
    /// <summary>The name in commands: lower case, words joined by hyphens.</summary>
    string Name { get; }

    /// <summary>What it does, in one line.</summary>
    string Summary { get; }

    /// <summary>The network it differentiates.</summary>
    Network Network { get; }

    /// <summary>The outputs, and the gradients with respect to every parameter and input, of every case of the batch.</summary>
    GradientBatch Differentiate(CaseBatch batch);
}

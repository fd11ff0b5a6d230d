namespace GradOracle;

/// <summary>A hand-written forward and backward pass of one network: what is on trial.</summary>
/// <remarks>
/// Written for reading, derive from <see cref="MatrixDerivation"/>; written for speed, derive from this and take the whole batch as spans. The harness checks either.
/// </remarks>
public abstract class Derivation
{
    /// <summary>The name in commands: lower case, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one line.</summary>
    public abstract string Summary { get; }

    /// <summary>The network it differentiates.</summary>
    public abstract Network Network { get; }

    /// <summary>
    /// Why exact cases of this loss and shape must not be held to equality: a detour of this derivation's through
    /// numbers that are in no term, such as dividing by B first and
    /// multiplying last. They are held to the rounding bound then, and reports give the reason. Null where there is
    /// none, as almost everywhere.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="shape">The sizes.</param>
    public virtual string? Detours(Loss loss, Shape shape) => null;

    /// <summary>The outputs, and the gradients with respect to every parameter and input, of every case of the batch.</summary>
    public abstract GradientStack Differentiate(CaseStack batch);
}

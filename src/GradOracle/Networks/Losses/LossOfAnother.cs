namespace GradOracle.Networks;

/// <summary>A loss made of another, with the same target.</summary>
/// <param name="inner">The other loss.</param>
internal abstract class LossOfAnother(Loss inner) : Loss
{
    /// <summary>The other loss.</summary>
    protected Loss Inner { get; } = inner;

    /// <inheritdoc/>
    public sealed override string TargetName => Inner.TargetName;

    /// <inheritdoc/>
    public sealed override int LeastRows => Inner.LeastRows;

    /// <inheritdoc/>
    public sealed override TensorSpec Target(Sizes output, int classes) => Inner.Target(output, classes);
}

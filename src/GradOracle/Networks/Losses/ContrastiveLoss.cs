using GradOracle.Graphs;

namespace GradOracle.Networks;

/// <summary>
/// The contrastive loss of distances Ŷ, entry by entry: <c>L = ½ Σ T ∘ Ŷ² + (1 − T) ∘ max(0, 1 − Ŷ)²</c>, T 1 where a
/// pair belongs together.
/// </summary>
/// <remarks>
/// With margin 1 (R. Hadsell, S. Chopra and Y. LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR
/// 2006).
/// </remarks>
internal sealed class ContrastiveLoss : Loss
{
    /// <inheritdoc/>
    public override string Name => "contrastive";

    /// <inheritdoc/>
    public override string Summary => "L = ½ Σ T∘Ŷ² + (1 − T)∘max(0, 1 − Ŷ)²,  Ŷ distances, each T 1 (alike) or 0";

    /// <inheritdoc/>
    public override TensorSpec Target(Sizes output, int classes) =>
        base.Target(output, classes) with { Holds = Holds.Mask() };

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(x);
        var one = Constant.Of(output.Sizes, 1);
        var apart = (one - output).Relu();
        return (target.Hadamard(output.Squared()) + (one - target).Hadamard(apart.Squared())).Scaled(0.5);
    }
}

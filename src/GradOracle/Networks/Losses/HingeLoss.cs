using GradOracle.Graphs;

namespace GradOracle.Networks;

/// <summary>
/// The hinge loss of margins, entry by entry: <c>L = Σ max(0, 1 − T ∘ Ŷ)</c>, <c>G = −T</c> where <c>T ∘ Ŷ &lt; 1</c>,
/// else 0.
/// </summary>
/// <remarks>At the kink, T ∘ Ŷ = 1, G is 0, as of TorchSharp's rectifier.</remarks>
internal sealed class HingeLoss : Loss
{
    /// <inheritdoc/>
    public override string Name => "hinge";

    /// <inheritdoc/>
    public override string Summary => "L = Σ max(0, 1 − T∘Ŷ),  G = −T where T∘Ŷ < 1, else 0, each T −1 or 1";

    /// <inheritdoc/>
    public override TensorSpec Target(Sizes output, int classes) =>
        base.Target(output, classes) with { Holds = Holds.Signs };

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(x);
        return (Constant.Of(output.Sizes, 1) - target.Hadamard(output)).Relu();
    }
}

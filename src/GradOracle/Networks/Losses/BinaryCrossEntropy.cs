namespace GradOracle.Networks;

/// <summary>
/// The cross-entropy of logits with 0 or 1, entry by entry: <c>L = Σ ln(1 + exp Ŷ) − T ∘ Ŷ</c>, <c>G = σ(Ŷ) − T</c>, σ
/// the logistic function.
/// </summary>
/// <remarks>As TorchSharp's <c>binary_cross_entropy_with_logits</c> with reduction "sum".</remarks>
internal sealed class BinaryCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "binary-cross-entropy";

    /// <inheritdoc/>
    public override string Summary =>
        "L = Σ ln(1 + exp Ŷ) − T∘Ŷ,  G = σ(Ŷ) − T, each T 0 or 1, σ the logistic function";

    /// <inheritdoc/>
    public override TensorSpec Target(Sizes output, int classes) =>
        base.Target(output, classes) with { Holds = Holds.Mask() };

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(x);
        return output.Softplus() - target.Hadamard(output);
    }
}

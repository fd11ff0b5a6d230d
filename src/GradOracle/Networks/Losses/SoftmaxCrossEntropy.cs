namespace GradOracle.Networks;

/// <summary>
/// The cross-entropy of a softmax over the classes with a distribution, summed over examples: <c>L = −Σ T ∘ ln
/// σ(Ŷ)</c>, <c>G = σ(Ŷ) − T</c>.
/// </summary>
/// <remarks>
/// As TorchSharp's <c>cross_entropy</c> with class probabilities and reduction "sum". A one-hot target is a
/// distribution too.
/// </remarks>
internal sealed class SoftmaxCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "softmax-cross-entropy";

    /// <inheritdoc/>
    public override string Summary => "L = −Σ T ∘ ln σ(Ŷ),  G = σ(Ŷ) − T, T a distribution over the classes";

    /// <inheritdoc/>
    public override int LeastRows => 2;

    /// <inheritdoc/>
    public override TensorSpec Target(Sizes output, int classes) =>
        base.Target(output, classes) with { Holds = Holds.Distribution(classes) };

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(x);
        return output.LogSoftmax(x.ClassAxisOf(output)).Hadamard(target).Scaled(-1);
    }
}

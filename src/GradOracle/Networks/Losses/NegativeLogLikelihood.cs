namespace GradOracle.Networks;

/// <summary>
/// The negative logarithm of the likelihood, Ŷ being logarithms of probabilities already: <c>L = −Σ Ŷ[T]</c>, <c>G =
/// −onehot(T)</c>.
/// </summary>
/// <remarks>As TorchSharp's <c>nll_loss</c> with reduction "sum": behind a log-softmax.</remarks>
internal sealed class NegativeLogLikelihood : Loss
{
    /// <inheritdoc/>
    public override string Name => "negative-log-likelihood";

    /// <inheritdoc/>
    public override string Summary => "L = −Σ Ŷ[T],  G = −onehot(T), Ŷ logarithms, T the class of each example";

    /// <inheritdoc/>
    public override TensorSpec Target(Sizes output, int classes) => Classes.Labels(TargetName, output, classes);

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(x);
        return output.Hadamard(Classes.OneHot(target, output.Sizes, x.ClassAxisOf(output))).Scaled(-1);
    }
}

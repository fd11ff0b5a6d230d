namespace GradOracle.Networks;

/// <summary>
/// The cross-entropy of a softmax over the classes with one class an example, summed over examples: <c>L = −Σ ln
/// σ(Ŷ)[T]</c>, <c>G = σ(Ŷ) − onehot(T)</c>.
/// </summary>
/// <remarks>
/// As TorchSharp's <c>cross_entropy</c> with class indices and reduction "sum". The labels have the sizes of the
/// output, 1 along the classes.
/// </remarks>
internal sealed class LabelCrossEntropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "label-cross-entropy";

    /// <inheritdoc/>
    public override string Summary => "L = −Σ ln σ(Ŷ)[T],  G = σ(Ŷ) − onehot(T), T the class of each example";

    /// <inheritdoc/>
    public override int LeastRows => 2;

    /// <inheritdoc/>
    public override TensorSpec Target(Sizes output, int classes) => Classes.Labels(TargetName, output, classes);

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(x);
        var axis = x.ClassAxisOf(output);
        return output.LogSoftmax(axis).Hadamard(Classes.OneHot(target, output.Sizes, axis)).Scaled(-1);
    }
}

namespace GradOracle.Networks;

/// <summary>
/// The Kullback–Leibler divergence of a distribution from Ŷ, the logarithms of another: <c>L = Σ T ∘ (ln T − Ŷ)</c>,
/// <c>G = −T</c>.
/// </summary>
/// <remarks>As TorchSharp's <c>kl_div</c> with reduction "sum": behind a log-softmax.</remarks>
internal sealed class KullbackLeibler : Loss
{
    /// <inheritdoc/>
    public override string Name => "kl-divergence";

    /// <inheritdoc/>
    public override string Summary => "L = Σ T∘(ln T − Ŷ),  G = −T, Ŷ logarithms, T a distribution over the classes";

    /// <inheritdoc/>
    public override TensorSpec Target(Sizes output, int classes) =>
        base.Target(output, classes) with { Holds = Holds.Distribution(classes) };

    /// <inheritdoc/>
    public override Node Entries(Node output, Node target, Inputs x)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(x);
        return target.Hadamard(target.Log() - output);
    }
}

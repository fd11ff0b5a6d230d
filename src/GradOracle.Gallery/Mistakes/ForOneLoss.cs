namespace GradOracle.Gallery;

/// <summary>A derivation that is wrong with one loss only, as one that differentiates the loss itself.</summary>
internal sealed class ForOneLoss(Loss loss, Derivation wrong, Derivation right) : Derivation
{
    /// <inheritdoc/>
    public override string Name => wrong.Name;

    /// <inheritdoc/>
    public override string Summary => wrong.Summary;

    /// <inheritdoc/>
    public override Network Network => wrong.Network;

    /// <inheritdoc/>
    public override GradientStack Differentiate(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return (batch.Loss == loss ? wrong : right).Differentiate(batch);
    }
}

namespace GradOracle.Gallery;

/// <summary>A right derivation whose gradients, or whose inputs, are spoiled afterwards.</summary>
internal sealed class Spoiled(Derivation right, Action<CaseStack, GradientStack> spoil) : Derivation
{
    /// <inheritdoc/>
    public override string Name => "spoiled";

    /// <inheritdoc/>
    public override string Summary => "wrong on purpose";

    /// <inheritdoc/>
    public override Network Network => right.Network;

    /// <inheritdoc/>
    public override GradientStack Differentiate(CaseStack batch)
    {
        var result = right.Differentiate(batch);
        spoil(batch, result);
        return result;
    }
}

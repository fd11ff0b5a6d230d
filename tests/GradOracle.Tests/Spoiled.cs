namespace GradOracle.Tests;

/// <summary>A right derivation whose gradients, or whose inputs, are spoiled afterwards.</summary>
internal sealed class Spoiled(Derivation right, Action<CaseStack, GradientStack> spoil) : Derivation
{
    public override string Name => "spoiled";

    public override string Summary => "wrong on purpose";

    public override Network Network => right.Network;

    public override GradientStack Differentiate(CaseStack batch)
    {
        var result = right.Differentiate(batch);
        spoil(batch, result);
        return result;
    }
}

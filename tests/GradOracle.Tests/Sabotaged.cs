namespace GradOracle.Tests;

/// <summary>The right derivation with its gradients spoiled afterwards.</summary>
internal sealed class Sabotaged(Action<GradientStack> spoil) : Derivation
{
    public override string Name => "sabotaged";

    public override string Summary => "wrong on purpose";

    public override Network Network => Samples.SharedWeight;

    public override GradientStack Differentiate(CaseStack batch)
    {
        var result = new OwnBackprop().Differentiate(batch);
        spoil(result);
        return result;
    }
}

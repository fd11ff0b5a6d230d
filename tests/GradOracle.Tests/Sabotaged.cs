using GradOracle.Derivations;

namespace GradOracle.Tests;

/// <summary>The right derivation with its gradients spoiled afterwards.</summary>
internal sealed class Sabotaged(Action<GradientBatch> spoil) : Derivation
{
    public override string Name => "sabotaged";

    public override string Summary => "wrong on purpose";

    public override Network Network => Samples.SharedWeight;

    public override GradientBatch Differentiate(CaseBatch batch)
    {
        var result = new SharedWeightBackprop().Differentiate(batch);
        spoil(result);
        return result;
    }
}

using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Networks;

namespace GradOracle.Tests;

/// <summary>The right derivation with its gradients spoiled afterwards.</summary>
internal sealed class Sabotaged(Action<GradientBatch> spoil) : IDerivation
{
    public string Name => "sabotaged";

    public string Summary => "wrong on purpose";

    public Network Network => Samples.SharedWeight;

    public GradientBatch Differentiate(CaseBatch batch)
    {
        var result = new SharedWeightBackprop().Differentiate(batch);
        spoil(result);
        return result;
    }
}

using GradOracle.Cases;
using GradOracle.Networks;
using GradOracle.Oracles;

namespace GradOracle.Derivations;

/// <summary>Runs a derivation as what it is: foreign code on trial. It gets copies, and whatever it throws is a finding.</summary>
internal static class Trial
{
    public static GradientBatch Run(IDerivation derivation, CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(batch);
        try
        {
            return derivation.Differentiate(batch.Map(v => v)) ?? Failed(batch, "the derivation gives no gradients");
        }
        catch (Exception known) when (known is BadInputException or TorchUnavailableException)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever it is
        catch (Exception thrown)
        {
            return Failed(batch, $"the derivation failed: {thrown.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
#pragma warning restore CA1031
    }

    // The forward is the network's own, so that the report is about the gradients.
    private static GradientBatch Failed(CaseBatch batch, string reason)
    {
        var result = new GradientBatch(batch);
        for (var s = 0; s < batch.Count; s++)
        {
            if (batch.Type == ElementType.Float32)
            {
                result.Output.Write(s, batch.Network.Forward(new MatrixCase<float>(batch, s)));
            }
            else
            {
                result.Output.Write(s, batch.Network.Forward(new MatrixCase<double>(batch, s)));
            }

            foreach (var gradient in result.Gradients)
            {
                result.SetFault(s, gradient.Name, reason);
            }
        }

        return result;
    }
}

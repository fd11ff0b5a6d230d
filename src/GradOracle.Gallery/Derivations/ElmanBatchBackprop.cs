namespace GradOracle.Gallery;

/// <summary>
/// Backpropagation through time for the Elman network over a whole batch, in spans: written for speed.
/// </summary>
/// <remarks>
/// Computes in float64 whatever the element type of the case. A few cases go through every line together: enough for
/// small products to be worth a call, and so few that what lies between the lines stays near the processor.
/// </remarks>
internal sealed class ElmanBatchBackprop(ElmanNetwork network) : Derivation
{
    private const int EntriesTogether = 512;

    /// <inheritdoc/>
    public override string Name => $"{network.Name}-batch";

    /// <inheritdoc/>
    public override string Summary => "the same derivation over a whole batch, in spans: written for speed";

    /// <inheritdoc/>
    public override Network Network => network;

    /// <inheritdoc/>
    public override GradientStack Differentiate(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var losses = new double[batch.Count];
        var result = new GradientStack(batch) { Losses = losses };
        foreach (var stack in result.Gradients.Append(result.Output))
        {
            stack.Values.AsSpan().Clear();
        }

        var together = Math.Clamp(EntriesTogether / (batch.Shape["h"] * batch.Shape["B"]), 1, batch.Count);
        var pass = new ElmanBatchPass(network, batch, result, together);
        for (var first = 0; first < batch.Count; first += together)
        {
            pass.Take(first, Math.Min(together, batch.Count - first));
            pass.Forward();
            pass.Lose(losses);
            pass.Backward();
        }

        return result;
    }
}

using GradOracle.Numerics;

namespace GradOracle.Gallery;

/// <summary>The backward pass of the shared-weight network over a whole batch, in spans: written for speed.</summary>
/// <remarks>
/// Computes in float64 whatever the element type of the case. A few cases go through every line together: enough for
/// small products to be worth a call, and so few that what lies between the lines stays near the processor.
/// </remarks>
internal sealed class SharedWeightBatchBackprop : Derivation
{
    private const int EntriesTogether = 512;

    /// <inheritdoc/>
    public override string Name => "shared-weight-batch";

    /// <inheritdoc/>
    public override string Summary => "the same derivation over a whole batch, in spans: written for speed";

    /// <inheritdoc/>
    public override Network Network { get; } = new TwoInputNetwork();

    /// <inheritdoc/>
    public override GradientStack Differentiate(CaseStack batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var losses = new double[batch.Count];
        var result = new GradientStack(batch) { Losses = losses };
        var (n, h, m, B) = (batch.Shape["n"], batch.Shape["h"], batch.Shape["m"], batch.Shape["B"]);
        var x = (Wx: batch["Wx"], Wh: batch["Wh"], Wy: batch["Wy"], X1: batch["X1"], X2: batch["X2"]);
        var d = (Wx: result["Wx"], Wh: result["Wh"], Wy: result["Wy"], X1: result["X1"], X2: result["X2"]);
        var target = batch[batch.Loss.TargetName];
        foreach (var stack in result.Gradients.Append(result.Output))
        {
            stack.Values.AsSpan().Clear();
        }

        var together = Math.Clamp(EntriesTogether / (h * B), 1, batch.Count);
        double[] H1 = new double[together * h * B], H2 = [.. H1], D1 = [.. H1], D2 = [.. H1];
        var G = new double[together * m * B];
        for (var first = 0; first < batch.Count; first += together)
        {
            var count = Math.Min(together, batch.Count - first);
            Span<double> Wx = Of(x.Wx), Wh = Of(x.Wh), Wy = Of(x.Wy), X1 = Of(x.X1), X2 = Of(x.X2);
            Span<double> dWx = Of(d.Wx), dWh = Of(d.Wh), dWy = Of(d.Wy), dX1 = Of(d.X1), dX2 = Of(d.X2);
            var Y = Of(result.Output);
            Array.Clear(H1);
            Array.Clear(H2);
            Array.Clear(D1);
            Array.Clear(D2);

            RowMajor.AddProducts<double>(H1, Wx, X1, count, h, n, B);                 // H1 = Wx X1
            RowMajor.AddProducts<double>(H2, Wh, H1, count, h, h, B);                 // H2 = Wh H1
            RowMajor.AddProducts<double>(H2, Wx, X2, count, h, n, B);                 //    + Wx X2
            RowMajor.AddProducts<double>(Y, Wy, H2, count, m, h, B);                  // Ŷ  = Wy H2
            for (var s = 0; s < count; s++)
            {
                Span<double> output = result.Output[first + s], expected = target[first + s];
                losses[first + s] = batch.Loss.Value<double>(output, expected, B);
                batch.Loss.Gradient<double>(output, expected, B, G.AsSpan(s * m * B, m * B));
            }

            RowMajor.AddTransposedProducts<double>(D2, Wy, G, count, m, h, B);        // D2 = Wyᵀ G
            RowMajor.AddTransposedProducts<double>(D1, Wh, D2, count, h, h, B);       // D1 = Whᵀ D2

            RowMajor.AddProductsTransposed<double>(dWx, D1, X1, count, h, B, n);      // ∂Wx = D1 X1ᵀ
            RowMajor.AddProductsTransposed<double>(dWx, D2, X2, count, h, B, n);      //     + D2 X2ᵀ
            RowMajor.AddProductsTransposed<double>(dWh, D2, H1, count, h, B, h);      // ∂Wh = D2 H1ᵀ
            RowMajor.AddProductsTransposed<double>(dWy, G, H2, count, m, B, h);       // ∂Wy = G H2ᵀ
            RowMajor.AddTransposedProducts<double>(dX1, Wx, D1, count, h, n, B);      // ∂X1 = Wxᵀ D1
            RowMajor.AddTransposedProducts<double>(dX2, Wx, D2, count, h, n, B);      // ∂X2 = Wxᵀ D2

            Span<double> Of(TensorStack stack) => stack.Values.AsSpan(first * stack.Length, count * stack.Length);
        }

        return result;
    }
}

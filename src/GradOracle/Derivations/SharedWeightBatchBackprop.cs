using GradOracle.Networks;
using GradOracle.Numerics;

namespace GradOracle.Derivations;

/// <summary>The backward pass of the shared-weight network over a whole batch, in spans: written for speed.</summary>
/// <remarks>Computes in float64 whatever the element type of the case.</remarks>
internal sealed class SharedWeightBatchBackprop : Derivation
{
    /// <inheritdoc/>
    public override string Name => "shared-weight-batch";

    /// <inheritdoc/>
    public override string Summary => "the same derivation over a whole batch, in spans: written for speed";

    /// <inheritdoc/>
    public override Network Network { get; } = new TwoInputNetwork();

    /// <inheritdoc/>
    public override GradientBatch Differentiate(CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var losses = new double[batch.Count];
        var result = new GradientBatch(batch) { Losses = losses };
        var (n, h, m, B) = (batch.Shape["n"], batch.Shape["h"], batch.Shape["m"], batch.Shape["B"]);
        TensorStack Wx = batch["Wx"], Wh = batch["Wh"], Wy = batch["Wy"], X1 = batch["X1"], X2 = batch["X2"];
        TensorStack dWx = result["Wx"], dWh = result["Wh"], dWy = result["Wy"], dX1 = result["X1"], dX2 = result["X2"];
        var target = batch[batch.Loss.TargetName];
        foreach (var gradient in result.Gradients)
        {
            gradient.Values.AsSpan().Clear();
        }

        result.Output.Values.AsSpan().Clear();
        Span<double> H1 = new double[h * B], H2 = new double[h * B], D1 = new double[h * B], D2 = new double[h * B], G = new double[m * B];
        for (var s = 0; s < batch.Count; s++)
        {
            H1.Clear();
            H2.Clear();
            D1.Clear();
            D2.Clear();

            RowMajor.AddProduct(H1, Wx[s], X1[s], h, n, B);                 // H1 = Wx X1
            RowMajor.AddProduct(H2, Wh[s], H1, h, h, B);                    // H2 = Wh H1
            RowMajor.AddProduct(H2, Wx[s], X2[s], h, n, B);                 //    + Wx X2
            RowMajor.AddProduct(result.Output[s], Wy[s], H2, m, h, B);      // Ŷ  = Wy H2
            losses[s] = batch.Loss.Value<double>(result.Output[s], target[s], B);
            batch.Loss.Gradient(result.Output[s], target[s], B, G);

            RowMajor.AddTransposedProduct(D2, Wy[s], G, m, h, B);           // D2 = Wyᵀ G
            RowMajor.AddTransposedProduct(D1, Wh[s], D2, h, h, B);          // D1 = Whᵀ D2

            RowMajor.AddProductTransposed(dWx[s], D1, X1[s], h, B, n);      // ∂Wx = D1 X1ᵀ
            RowMajor.AddProductTransposed(dWx[s], D2, X2[s], h, B, n);      //     + D2 X2ᵀ
            RowMajor.AddProductTransposed(dWh[s], D2, H1, h, B, h);         // ∂Wh = D2 H1ᵀ
            RowMajor.AddProductTransposed(dWy[s], G, H2, m, B, h);          // ∂Wy = G H2ᵀ
            RowMajor.AddTransposedProduct(dX1[s], Wx[s], D1, h, n, B);      // ∂X1 = Wxᵀ D1
            RowMajor.AddTransposedProduct(dX2[s], Wx[s], D2, h, n, B);      // ∂X2 = Wxᵀ D2
        }

        return result;
    }
}

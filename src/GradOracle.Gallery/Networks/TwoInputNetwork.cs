namespace GradOracle.Gallery;

/// <summary>
/// Two inputs: <c>H1 = Wx X1 (+ bh), H2 = Wh H1 + Wx X2 (+ bh), Ŷ = Wy H2 (+ by)</c>, one weight matrix used twice; or,
/// untied, each input with a weight of its own.
/// </summary>
/// <remarks>The gradients of the untied Wx1 and Wx2 are the contributions of the two uses of Wx where the weights are
/// tied.</remarks>
internal sealed class TwoInputNetwork(bool tied = true, bool bias = false) : Network
{
    /// <summary>Whether there are biases bh and by.</summary>
    public bool HasBias => bias;

    /// <inheritdoc/>
    public override string Name => $"{(tied ? "shared-weight" : "untied")}{(bias ? "-bias" : "")}";

    /// <inheritdoc/>
    public override string Summary => string.Concat(
        tied ? "H1 = Wx X1" : "H1 = Wx1 X1",
        bias ? " + bh" : "",
        tied ? ", H2 = Wh H1 + Wx X2" : ", H2 = Wh H1 + Wx2 X2",
        bias
            ? " + bh, Ŷ = Wy H2 + by"
            : tied
            ? ", Ŷ = Wy H2: one weight matrix, used twice"
            : ", Ŷ = Wy H2: each input its own weight");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Dimensions { get; } = ["n", "h", "m", "B"];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> Tensors(Shape shape) =>
        TensorsOf(shape, tied ? ["Wx"] : ["Wx1", "Wx2"], bias);

    /// <summary>The tensors of a network of two inputs.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="inputWeights">The weights that inputs are multiplied by.</param>
    /// <param name="bias">Whether there are biases bh and by.</param>
    internal static IReadOnlyList<TensorSpec> TensorsOf(Shape shape, IReadOnlyList<string> inputWeights, bool bias)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var (n, h, m, B) = (shape["n"], shape["h"], shape["m"], shape["B"]);
        return
        [
            .. inputWeights.Select(W => new TensorSpec(W, TensorRole.Parameter, h, n)),
            new("Wh", TensorRole.Parameter, h, h),
            new("Wy", TensorRole.Parameter, m, h),
            .. bias ? [new("bh", TensorRole.Parameter, h, 1), new("by", TensorRole.Parameter, m, 1)] : (TensorSpec[])[],
            new("X1", TensorRole.Input, n, B),
            new("X2", TensorRole.Input, n, B),
        ];
    }

    /// <inheritdoc/>
    public override Node Forward(Inputs x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (Wx1, Wx2) = tied ? (x["Wx", "on X1"], x["Wx", "on X2"]) : (x["Wx1"], x["Wx2"]);
        var H1 = Wx1 * x["X1"];                                  // [h×B]
        H1 = (bias ? H1.AddBias(x["bh", "in H1"]) : H1).Named("H1");
        var H2 = x["Wh"] * H1 + Wx2 * x["X2"];                   // [h×B]
        H2 = (bias ? H2.AddBias(x["bh", "in H2"]) : H2).Named("H2");
        return bias ? (x["Wy"] * H2).AddBias(x["by"]) : x["Wy"] * H2; // [m×B]
    }
}

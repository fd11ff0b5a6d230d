namespace GradOracle.Gallery;

/// <summary>The third answer's reading of the question: both inputs at once, beside each other: <c>H1 = Wx [X1|X2] (+
/// bh), H2 = Wh H1 (+ bh), Ŷ = Wy H2 (+ by)</c>.</summary>
internal sealed class StackedNetwork(bool bias = false) : Network
{
    /// <summary>Whether there are biases bh and by.</summary>
    public bool HasBias => bias;

    /// <inheritdoc/>
    public override string Name => bias ? "stacked-bias" : "stacked";

    /// <inheritdoc/>
    public override string Summary => bias
        ? "H1 = Wx [X1|X2] + bh, H2 = Wh H1 + bh, Ŷ = Wy H2 + by"
        : "H1 = Wx [X1|X2], H2 = Wh H1, Ŷ = Wy H2: both inputs beside each other";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Dimensions { get; } = ["n", "h", "m", "B"];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> Tensors(Shape shape) => TwoInputNetwork.TensorsOf(shape, ["Wx"], bias);

    /// <inheritdoc/>
    public override Node Forward(Inputs x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var X = x["X1"].Concat(x["X2"]).Named("X");              // [n×2B]
        var H1 = x["Wx"] * X;                                    // [h×2B]
        H1 = (bias ? H1.AddBias(x["bh", "in H1"]) : H1).Named("H1");
        var H2 = x["Wh"] * H1;                                   // [h×2B]
        H2 = (bias ? H2.AddBias(x["bh", "in H2"]) : H2).Named("H2");
        return bias ? (x["Wy"] * H2).AddBias(x["by"]) : x["Wy"] * H2; // [m×2B]
    }
}

using GradOracle.Cases;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Networks;

/// <summary>Two inputs, one weight matrix used twice: <c>H1 = Wx X1, H2 = Wh H1 + Wx X2, Ŷ = Wy H2</c>.</summary>
public sealed class SharedWeightNetwork(bool bias = false) : Network
{
    /// <summary>Whether there are biases bh and by: <c>H1 = Wx X1 + bh, H2 = Wh H1 + Wx X2 + bh, Ŷ = Wy H2 + by</c>.</summary>
    public bool HasBias => bias;

    /// <inheritdoc/>
    public override string Name => bias ? "shared-weight-bias" : "shared-weight";

    /// <inheritdoc/>
    public override string Summary => bias ? "H1 = Wx X1 + bh, H2 = Wh H1 + Wx X2 + bh, Ŷ = Wy H2 + by" : "H1 = Wx X1, H2 = Wh H1 + Wx X2, Ŷ = Wy H2: one weight matrix, used twice";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Dimensions { get; } = ["n", "h", "m", "B"];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> Tensors(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var (n, h, m, B) = (shape["n"], shape["h"], shape["m"], shape["B"]);
        return
        [
            new("Wx", TensorRole.Parameter, h, n),
            new("Wh", TensorRole.Parameter, h, h),
            new("Wy", TensorRole.Parameter, m, h),
            .. bias ? [new("bh", TensorRole.Parameter, h, 1), new("by", TensorRole.Parameter, m, 1)] : (TensorSpec[])[],
            new("X1", TensorRole.Input, n, B),
            new("X2", TensorRole.Input, n, B),
        ];
    }

    /// <inheritdoc/>
    public override (int Rows, int Columns) Output(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return (shape["m"], shape["B"]);
    }

    /// <inheritdoc/>
    public override Matrix<T> Forward<T>(MatrixCase<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var Wx = x["Wx"];
        var H1 = Wx * x["X1"];                // [h×B]
        H1 = bias ? H1.PlusColumn(x["bh"]) : H1;
        var H2 = x["Wh"] * H1 + Wx * x["X2"]; // [h×B]
        H2 = bias ? H2.PlusColumn(x["bh"]) : H2;
        return bias ? (x["Wy"] * H2).PlusColumn(x["by"]) : x["Wy"] * H2; // [m×B]
    }

    /// <inheritdoc/>
    public override TorchMatrix Forward(Tape x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var first = x["Wx", "on X1"] * x["X1"];
        first = (bias ? first.PlusColumn(x["bh", "in H1"]) : first).Named("H1");
        var second = x["Wx", "on X2"] * x["X2"] + x["Wh"] * first;
        second = (bias ? second.PlusColumn(x["bh", "in H2"]) : second).Named("H2");
        return bias ? (x["Wy"] * second).PlusColumn(x["by"]) : x["Wy"] * second;
    }
}

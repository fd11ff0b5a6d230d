using GradOracle.Cases;
using GradOracle.Oracles;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Networks;

/// <summary>The shared-weight network with a weight of its own for each input: <c>H1 = Wx1 X1 (+ bh), H2 = Wh H1 + Wx2 X2 (+ bh), Ŷ = Wy H2 (+ by)</c>.</summary>
/// <remarks>Its gradients of Wx1 and Wx2 are the contributions of the two uses of Wx where the weights are tied.</remarks>
public sealed class UntiedNetwork(bool bias = false) : Network
{
    /// <summary>Whether there are biases bh and by.</summary>
    public bool HasBias => bias;

    /// <inheritdoc/>
    public override string Name => bias ? "untied-bias" : "untied";

    /// <inheritdoc/>
    public override string Summary => bias ? "H1 = Wx1 X1 + bh, H2 = Wh H1 + Wx2 X2 + bh, Ŷ = Wy H2 + by" : "H1 = Wx1 X1, H2 = Wh H1 + Wx2 X2, Ŷ = Wy H2: each input its own weight";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Dimensions { get; } = ["n", "h", "m", "B"];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> Tensors(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var (n, h, m, B) = (shape["n"], shape["h"], shape["m"], shape["B"]);
        return
        [
            new("Wx1", TensorRole.Parameter, h, n),
            new("Wx2", TensorRole.Parameter, h, n),
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
        var H1 = x["Wx1"] * x["X1"];                   // [h×B]
        H1 = bias ? H1.PlusColumn(x["bh"]) : H1;
        var H2 = x["Wh"] * H1 + x["Wx2"] * x["X2"];    // [h×B]
        H2 = bias ? H2.PlusColumn(x["bh"]) : H2;
        return bias ? (x["Wy"] * H2).PlusColumn(x["by"]) : x["Wy"] * H2;
    }

    /// <inheritdoc/>
    public override TorchMatrix Forward(Tape x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var first = x["Wx1"] * x["X1"];
        first = (bias ? first.PlusColumn(x["bh", "in H1"]) : first).Named("H1");
        var second = x["Wx2"] * x["X2"] + x["Wh"] * first;
        second = (bias ? second.PlusColumn(x["bh", "in H2"]) : second).Named("H2");
        return bias ? (x["Wy"] * second).PlusColumn(x["by"]) : x["Wy"] * second;
    }
}

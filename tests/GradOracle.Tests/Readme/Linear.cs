using GradOracle.NUnit;
using NUnit.Framework;

namespace GradOracle.Tests.Readme;

internal sealed class LinearNetwork : Network
{
    public override string Name => "linear";

    public override string Summary => "Ŷ = W X";

    public override IReadOnlyList<string> Dimensions { get; } = ["n", "m", "B"];

    public override IReadOnlyList<TensorSpec> Tensors(Shape shape) =>
    [
        new("W", TensorRole.Parameter, shape["m"], shape["n"]),
        new("X", TensorRole.Input, shape["n"], shape["B"]),
    ];

    public override Node Forward(Inputs x) => x["W"] * x["X"];
}

internal sealed class LinearBackprop() : MatrixDerivation(new LinearNetwork())
{
    public override string Name => "linear";

    public override string Summary => "∂W = G Xᵀ, ∂X = Wᵀ G";

    protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
    {
        var (W, X) = (x["W"], x["X"]);
        var G = x.OutputGradient(W * X);             // [m×B]
        return new()
        {
            ["W"] = G.TransposeAndMultiply(X),       // [m×n]
            ["X"] = W.TransposeThisAndMultiply(G),   // [n×B]
        };
    }
}

public sealed class LinearBackpropTests
{
    [Test]
    public void My_derivation_agrees_with_autograd() => GradientAssert.Agrees(new LinearBackprop());

    [Test]
    public void My_gradients_are_the_approved_ones() =>
        GradientAssert.Approved(new LinearBackprop(), "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=72131");
}

using MathNet.Numerics.LinearAlgebra;
using TorchSharp;

namespace GradOracle.Tests;

/// <summary>The code that the tests of every framework's package have on trial, right and wrong.</summary>
internal static class OnTrial
{
    public const string Case = "linear/squared-error n=3 m=2 B=4 exact float64 seed=2020 k=3";

    public static Network Linear { get; } =
        Network.Define("linear", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

    public static CheckOptions Few { get; } = new() { Cases = 2 };

    public static Derivation RightDerivation { get; } = Derivation.Of(Linear, Right);

    public static Derivation WrongDerivation { get; } = Derivation.Of(Linear, Wrong);

    public static void Right(ArrayCase x, ArrayGradients g) => Differentiate(x, g, 1);

    public static void Wrong(ArrayCase x, ArrayGradients g) => Differentiate(x, g, -1);

    private static void Differentiate(ArrayCase x, ArrayGradients g, double sign)
    {
        Matrix<double> W = x["W"], X = x["X"];
        Matrix<double> G = x.OutputGradient(W * X);
        (g["W"], g["X"]) = (G * X.Transpose(), sign * W.Transpose() * G);
    }

    /// <summary>The square, whose backward throws.</summary>
    public sealed class Throwing : torch.autograd.SingleTensorFunction<Throwing>
    {
        public override string Name => nameof(Throwing);

        public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars) =>
            ((torch.Tensor)vars[0]).square();

        public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output) =>
            throw new InvalidOperationException("not yet");
    }

    /// <summary>The square, whose backward ends the process: the sizes of a product do not fit.</summary>
    public sealed class Fatal : torch.autograd.SingleTensorFunction<Fatal>
    {
        public override string Name => nameof(Fatal);

        public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars) =>
            ((torch.Tensor)vars[0]).square();

        public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output) =>
            [torch.ones(2, 3).matmul(torch.ones(2, 3))];
    }
}

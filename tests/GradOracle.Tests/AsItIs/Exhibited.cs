using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Tests.AsItIs;

/// <summary>What this assembly shows to <c>gradoracle check --assembly</c>.</summary>
public static class Exhibited
{
    public static Derivation Lambda { get; } = Derivation.Of(AsItIsNetworks.Linear, (x, g) =>
    {
        Matrix<double> W = x["W"], X = x["X"];
        Matrix<double> G = x.OutputGradient(W * X);
        (g["W"], g["X"]) = (G * X.Transpose(), W.Transpose() * G);
    }, "linear-lambda");

    public static IReadOnlyList<Derivation> WithArguments { get; } = [new Scaled(1), new Scaled(2)];

    public static Derivation Broken => throw new InvalidTimeZoneException("no file here");

    private sealed class Scaled(int factor) : MatrixDerivation(AsItIsNetworks.Linear)
    {
        public override string Name => $"linear-times-{factor}";

        public override string Summary => "W's gradient, times a number";

        protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
        {
            var (W, X) = (x["W"], x["X"]);
            var G = x.OutputGradient(W * X);
            return new() { ["W"] = G.TransposeAndMultiply(X) * T.CreateTruncating(factor), ["X"] = W.TransposeThisAndMultiply(G) };
        }
    }
}

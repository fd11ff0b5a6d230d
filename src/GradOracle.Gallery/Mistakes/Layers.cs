using GradOracle.Derivations;
using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Layers whose derivations are right for numbers between −1 and 1, and wrong for large ones, tiny ones,
/// zeros.</summary>
internal static class Layers
{
    /// <summary>Ŷ = W X.</summary>
    public static Network Linear { get; } = Network.Define(
        "linear-layer", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));

    /// <summary>Ŷ = tanh(W X).</summary>
    public static Network Tanh { get; } = Network.Define(
        "tanh-layer", ["n", "m", "B"], x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Tanh());

    /// <summary>Ŷ = σ(W X).</summary>
    public static Network Logistic { get; } =
        Network.Define(
            "logistic-layer", ["n", "m", "B"], x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Sigmoid());

    /// <summary>Functions that are wrong far from 0 or near it, beside the right ones.</summary>
    public static IReadOnlyList<(
        string Name, Network Network, Func<double, double> Wrong, Func<double, double> Right)> Functions
    { get; } =
    [
        (
            "tanh as (eᵃ − e⁻ᵃ)/(eᵃ + e⁻ᵃ)",
            Tanh,
            a => (Math.Exp(a) - Math.Exp(-a)) / (Math.Exp(a) + Math.Exp(-a)),
            Math.Tanh),
        ("tanh as (e²ᵃ − 1)/(e²ᵃ + 1)", Tanh, a => (Math.Exp(2 * a) - 1) / (Math.Exp(2 * a) + 1), Math.Tanh),
        ("a logistic as eᵃ/(1 + eᵃ)", Logistic, a => Math.Exp(a) / (1 + Math.Exp(a)), Sigmoid),
        ("a logistic clipped at |a| > 6", Logistic, a => Sigmoid(Math.Clamp(a, -6, 6)), Sigmoid),
        ("a tanh clipped at |a| > 4", Tanh, a => Math.Tanh(Math.Clamp(a, -4, 4)), Math.Tanh),
        ("values clipped at ±10", Linear, a => Math.Clamp(a, -10, 10), Same),
        ("values clipped at ±100", Linear, a => Math.Clamp(a, -100, 100), Same),
        ("values below 10⁻⁶ taken for 0", Linear, a => Math.Abs(a) < 1e-6 ? 0 : a, Same),
    ];

    /// <summary>What is done to the input on the way back.</summary>
    public static IReadOnlyList<(string Name, Func<double, double> Change, string Says)> Inputs { get; } =
    [
        ("X clipped at ±10", v => Math.Clamp(v, -10, 10), "X is cut at ±…in the gradient of W"),
        ("X clipped at ±100", v => Math.Clamp(v, -100, 100), "X is cut at ±…in the gradient of W"),
        ("X clipped at ±1000", v => Math.Clamp(v, -1000, 1000), "X is cut at ±…in the gradient of W"),
        ("X below 10⁻⁶ taken for 0", v => Math.Abs(v) < 1e-6 ? 0 : v, "taken for 0 in the gradient of W"),
        ("X below 10⁻³⁰ taken for 0", v => Math.Abs(v) < 1e-30 ? 0 : v, "taken for 0 in the gradient of W"),
        ("denormal X flushed to 0", v => Math.Abs(v) < 1e-308 ? 0 : v, "taken for 0 in the gradient of W"),
        ("x as x²/x", v => v * v / v, "NaN|0/0|zero"),
    ];

    /// <summary>All of them as trials.</summary>
    public static IEnumerable<Trial> All =>
    [
        .. Functions.Select(
            f => Trial.Wrong(
                f.Name,
                Of(f.Network, f.Wrong, Same),
                f.Name,
                "NaN|clipped|cut|overflow|taken for 0",
                "the forward outputs differ")),
        .. Inputs.Select(
            i => Trial.Wrong(
                i.Name, Of(Linear, Same, i.Change), $"∂W = G Xᵀ with {i.Name}", i.Says, "gradient of W|∂W|∂L/∂W")),
        Trial.Wrong(
            "softmax-without-maximum", new ForOneLoss(
                s_crossEntropy, WithSoftmax(isSubtracted: false), Of(Linear, Same, Same)),
            "e^ŷ / Σ e^ŷ without the maximum subtracted", "NaN|overflow", "∂L/∂Ŷ|W"),
        Trial.Wrong(
            "normalised-adjoint", Of(
                Linear, Same, Same, G => G / G.Enumerate().Max(Math.Abs) * G.Enumerate().Max(Math.Abs)),
            "G / max|G| × max|G|: 0/0 where nothing comes from above", "NaN where ∂L/∂Ŷ is 0", "∂L/∂Ŷ|W"),
        Trial.Wrong(
            "added-epsilon", Of(Linear, Same, Same, G => G + 1e-18), "G + 10⁻¹⁸", "1E-18 is added to ∂L/∂Ŷ", "∂L/∂Ŷ"),
    ];

    private static readonly Loss s_crossEntropy = Named.Losses.Find("free-target-cross-entropy");

    /// <summary>v.</summary>
    public static double Same(double v) => v;

    /// <summary>The derivation of a layer.</summary>
    /// <param name="network">The layer.</param>
    /// <param name="forward">Its function, as the derivation has it.</param>
    /// <param name="input">What becomes of the input on the way back.</param>
    /// <param name="above">What becomes of the gradient from above.</param>
    public static Derivation Of(
        Network network, Func<double, double> forward, Func<double, double> input, Func<Matrix<double>, Matrix<double>>? above = null) =>
        new LambdaDerivation(network, x =>
        {
            var (W, X) = (x["W"], x["X"]);
            var H = (W * X).Map(forward, Zeros.Include);
            var G = x.OutputGradient(H);
            G = above?.Invoke(G) ?? G;
            var D = network == Linear
                ? G
                : G.PointwiseMultiply(H.Map(h => network == Tanh ? 1 - h * h : h * (1 - h), Zeros.Include));
            return new() { ["W"] = D.TransposeAndMultiply(X.Map(input, Zeros.Include)), ["X"] = W.TransposeThisAndMultiply(D) };
        });

    /// <summary>The derivation of the linear layer with the softmax cross-entropy's gradient by hand.</summary>
    public static Derivation WithSoftmax(bool isSubtracted) => new LambdaDerivation(Linear, x =>
    {
        var (W, X, T) = (x["W"], x["X"], x.Target);
        var output = W * X;
        var G = Matrix<double>.Build.Dense(output.RowCount, output.ColumnCount);
        for (var j = 0; j < output.ColumnCount; j++)
        {
            var column = output.Column(j);
            var exp = (isSubtracted ? column - column.Maximum() : column).PointwiseExp();
            G.SetColumn(j, exp / exp.Sum() * T.Column(j).Sum() - T.Column(j));
        }

        return new() { Output = output, ["W"] = G.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(G) };
    });

    private static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
}

using GradOracle.Networks;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Right away from a kink, and wrong at it: large integers never meet one.</summary>
internal static class Kinks
{
    /// <summary>ReLU of one product.</summary>
    public static Network Rectified { get; } =
        Network.Define(
            "relu-layer", ["n", "m", "B"], x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Relu());

    /// <summary>Wrong slopes of losses: what is wrong, with which loss, and ∂L/∂ŷ of an output and its
    /// target.</summary>
    public static IReadOnlyList<(
        string Name, Loss Loss, Func<double, double, double> Slope, string Says)> Slopes
    { get; } =
    [
        (
            "sign(≥) for sign(>)",
            Named.Losses.Find("absolute-error"),
            (y, t) => y - t >= 0 ? 1 : -1,
            "kink|at 0|where…equal"),
        (
            "sign(>) for sign(≥)",
            Named.Losses.Find("absolute-error"),
            (y, t) => y - t > 0 ? 1 : -1,
            "kink|at 0|where…equal"),
        ("a forgotten target", Named.Losses.Find("absolute-error"), (y, _) => Math.Sign(y), "target"),
        ("a forgotten target", Named.Losses.Find("huber"), (y, _) => Math.Clamp(y, -1, 1), "target"),
        ("a kink at 2", Named.Losses.Find("huber"), (y, t) => Math.Clamp((y - t) / 2, -1, 1), "kink|δ"),
    ];

    /// <summary>All of them as trials.</summary>
    public static IEnumerable<Trial> All =>
    [
        .. Slopes.Select(
            s => Trial.Wrong(
                $"{s.Loss.Name}: {s.Name}",
                Of(s.Loss, s.Slope),
                $"G with {s.Name} in {s.Loss.Name}",
                s.Says,
                "∂L/∂Ŷ|G |the gradient of ")),
        Trial.Wrong(
            "relu-slope-at-0",
            Layer(isWrong: true),
            "φ′(0) = 1",
            "the slope of relu(W X) at 0 is taken to be 1",
            "slope|∂L/∂"),
    ];

    /// <summary>The shared-weight network's derivation with a slope of its own for one loss.</summary>
    public static Derivation Of(Loss loss, Func<double, double, double> slope) =>
        new ForOneLoss(loss, new Sloped(slope), new SharedWeightBatchBackprop());

    /// <summary>The derivation of the rectified layer.</summary>
    /// <param name="isWrong">Whether its slope at 0 is 1.</param>
    public static Derivation Layer(bool isWrong) => new Derivations.LambdaDerivation(Rectified, x =>
    {
        var (W, X) = (x["W"], x["X"]);
        var A = W * X;
        var G = x.OutputGradient(A.Map(a => Math.Max(a, 0)));
        var D = G.PointwiseMultiply(A.Map(a => a > 0 || (isWrong && a == 0) ? 1.0 : 0.0, Zeros.Include));
        return new() { ["W"] = D.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(D) };
    });

    // The question's network, whose output is near the fourth power of its entries.
    private sealed class Sloped(Func<double, double, double> slope) : MatrixDerivation(new TwoInputNetwork())
    {
        public override string Name => "sloped";

        public override string Summary => "with a slope of its own";

        protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
        {
            var (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);
            var H1 = Wx * X1;
            var H2 = Wh * H1 + Wx * X2;
            x.OutputGradient(Wy * H2);
            var G = (Wy * H2).Map2(
                (y, t) => T.CreateChecked(slope(double.CreateChecked(y), double.CreateChecked(t))),
                x.Target,
                Zeros.Include);
            var D2 = Wy.TransposeThisAndMultiply(G);
            var D1 = Wh.TransposeThisAndMultiply(D2);
            return new()
            {
                ["Wx"] = D1.TransposeAndMultiply(X1) + D2.TransposeAndMultiply(X2),
                ["Wh"] = D2.TransposeAndMultiply(H1),
                ["Wy"] = G.TransposeAndMultiply(H2),
                ["X1"] = Wx.TransposeThisAndMultiply(D1),
                ["X2"] = Wx.TransposeThisAndMultiply(D2),
            };
        }
    }
}

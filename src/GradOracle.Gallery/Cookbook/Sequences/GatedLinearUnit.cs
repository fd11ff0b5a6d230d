using GradOracle.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery.Sequences;

/// <summary>A gated linear unit: rows are examples (Y. Dauphin et al., "Language modeling with gated convolutional
/// networks", ICML 2017).</summary>
internal static class GatedLinearUnit
{
    private static readonly Network s_network = Network.Define(
        "gated-linear-unit",
        ["B", "n", "h"],
        x =>
        {
            x.Input("X", "B", "n");
            var A = (x["X", "in A"] * x.Parameter("W", "n", "h") + x.Parameter("b", "1", "h")).Named("A");
            var C = (x["X", "in C"] * x.Parameter("U", "n", "h") + x.Parameter("c", "1", "h")).Named("C");
            return A.Hadamard(C.Sigmoid().Named("S"));
        },
        rowsAreExamples: true);

    private enum Slip
    {
        None,
        GateOfInput,
        SigmoidSlope,
        GateOfLinear,
    }

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new(
        s_network, ByHand.Matrices(
            s_network, "gated-linear-unit", "∂A = G∘S, ∂C = G∘A∘S∘(1 − S), ∂X = ∂A Wᵀ + ∂C Uᵀ", x => Differentiate(x)))
    {
        Others =
        [
            ByHand.Matrices(s_network, "gated-linear-unit-packed", "[A | C] = X [W | U]: one product each way", Packed)
        ],
        Mistakes =
        [
            Wrong("glu-gate-branch", Slip.GateOfInput, "∂X = ∂A Wᵀ", "the contribution of X in C is missing", "X"),
            Wrong(
                "glu-sigmoid-slope",
                Slip.SigmoidSlope,
                "∂C = G∘A∘S",
                "∂L/∂C is ∂L/∂S ∘ S, where ∂L/∂S ∘ (S ∘ (1 − S)) belongs",
                "U|c|∂L/∂C|X in C"),
            Wrong(
                "glu-gate-forgotten",
                Slip.GateOfLinear,
                "∂A = G",
                "∂L/∂A is ∂L/∂Ŷ, where ∂L/∂Ŷ ∘ S belongs",
                "W|b|∂L/∂A|X in A"),
        ],
        Kept = new(("B", 3), ("n", 2), ("h", 4)),
        Lines =
        [
            "forward    A = X W + b,  C = X U + c                 [B×h]",
            "           S = σ(C)                                  [B×h]   the gate",
            "           Y = A ∘ S                                 [B×h]",
            "backward   G = ∂L/∂Y                                 [B×h]",
            "           ∂A = G ∘ S                                [B×h]",
            "           ∂C = G ∘ A ∘ S ∘ (1 − S)                  [B×h]",
            "           ∂W = Xᵀ ∂A,  ∂b = Σ_b ∂A                  [n×h], [1×h]",
            "           ∂U = Xᵀ ∂C,  ∂c = Σ_b ∂C                  [n×h], [1×h]",
            "           ∂X = ∂A Wᵀ + ∂C Uᵀ                        [B×n]   the value's branch and the gate's",
        ],
    };

    private static Gradients<double> Differentiate(MatrixCase<double> x, Slip slip = Slip.None)
    {
        var (X, W, U) = (x["X"], x["W"], x["U"]);
        var A = (X * W).AddRow(x["b"]);                                                     // [B×h]
        var S = (X * U).AddRow(x["c"]).Map(Elementary.Sigmoid, Zeros.Include);
        var G = x.OutputGradient(A.PointwiseMultiply(S));

        var dA = slip == Slip.GateOfLinear ? G : G.PointwiseMultiply(S);                    // [B×h]
        var dS = G.PointwiseMultiply(A);
        var dC = dS.PointwiseMultiply(slip == Slip.SigmoidSlope ? S : S.PointwiseMultiply(1 - S));
        return new()
        {
            ["W"] = X.TransposeThisAndMultiply(dA),
            ["b"] = dA.SumOfRows(),
            ["U"] = X.TransposeThisAndMultiply(dC),
            ["c"] = dC.SumOfRows(),
            ["X"] = slip == Slip.GateOfInput
                ? dA.TransposeAndMultiply(W)
                : dA.TransposeAndMultiply(W) + dC.TransposeAndMultiply(U),                  // X is used twice
        };
    }

    private static Gradients<double> Packed(MatrixCase<double> x)
    {
        var (X, h) = (x["X"], x.Shape["h"]);
        var WU = x["W"].Append(x["U"]);                                                     // [n×2h]
        var AC = (X * WU).AddRow(x["b"].Append(x["c"]));                                    // [B×2h]
        var (A, S) = (
            AC.SubMatrix(0, X.RowCount, 0, h),
            AC.SubMatrix(0, X.RowCount, h, h).Map(Elementary.Sigmoid, Zeros.Include));
        var G = x.OutputGradient(A.PointwiseMultiply(S));

        // [B×2h]
        var D = G.PointwiseMultiply(S).Append(G.PointwiseMultiply(A).PointwiseMultiply(S).PointwiseMultiply(1 - S));
        var (dWU, dbc) = (X.TransposeThisAndMultiply(D), D.SumOfRows());
        return new()
        {
            ["W"] = dWU.SubMatrix(0, X.ColumnCount, 0, h),
            ["U"] = dWU.SubMatrix(0, X.ColumnCount, h, h),
            ["b"] = dbc.SubMatrix(0, 1, 0, h),
            ["c"] = dbc.SubMatrix(0, 1, h, h),
            ["X"] = D.TransposeAndMultiply(WU),
        };
    }

    private static Trial Wrong(string name, Slip slip, string line, string says, string places) => Trial.Wrong(
        name, ByHand.Matrices(
            s_network, name, $"wrong on purpose: {line}", x => Differentiate(x, slip)), line, says, places);
}

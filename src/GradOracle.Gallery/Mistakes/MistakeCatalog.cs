using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>Mistakes that people make in backward passes, each one line away from the right derivation: they test the
/// tester.</summary>
internal static class MistakeCatalog
{
    private const double Rate = 0.01;

    /// <summary>All mistakes.</summary>
    public static IReadOnlyList<SharedWeightMistake> All { get; } =
    [
        // A use of the shared weight, miscounted.
        new(
            "missing-x1-contribution",
            "∂Wx = D2 X2ᵀ",
            "the contribution of Wx on X1 is missing",
            Line.Gradients,
            p => p.dWx = p.D2 * p.X2.Transpose()),
        new(
            "missing-x2-contribution",
            "∂Wx = D1 X1ᵀ",
            "the contribution of Wx on X2 is missing",
            Line.Gradients,
            p => p.dWx = p.D1 * p.X1.Transpose()),
        new(
            "doubled-x1-contribution",
            "∂Wx = 2 D1 X1ᵀ + D2 X2ᵀ",
            "the contribution of Wx on X1 is doubled",
            Line.Gradients,
            p => p.dWx += p.D1 * p.X1.Transpose()),
        new(
            "minus-x1-contribution",
            "∂Wx = D2 X2ᵀ − D1 X1ᵀ",
            "the contribution of Wx on X1 has the wrong sign",
            Line.Gradients,
            p => p.dWx -= 2 * p.D1 * p.X1.Transpose()),
        new(
            "minus-x2-contribution",
            "∂Wx = D1 X1ᵀ − D2 X2ᵀ",
            "the contribution of Wx on X2 has the wrong sign",
            Line.Gradients,
            p => p.dWx -= 2 * p.D2 * p.X2.Transpose()),
        new(
            "averaged-uses",
            "∂Wx = ½ (D1 X1ᵀ + D2 X2ᵀ)",
            "the gradient of Wx is halved",
            Line.Gradients,
            p => p.dWx /= 2),
        new(
            "weighted-uses",
            "∂Wx = ¾ D1 X1ᵀ + D2 X2ᵀ",
            "the contribution of Wx on X1 is multiplied by 3/4",
            Line.Gradients,
            p => p.dWx -= 0.25 * p.D1 * p.X1.Transpose()),
        new(
            "mean-of-one-use",
            "∂Wx = 1/B D1 X1ᵀ + D2 X2ᵀ",
            "the contribution of Wx on X1 is multiplied by 1/B",
            Line.Gradients,
            p => p.dWx += (1.0 / p.B - 1) * p.D1 * p.X1.Transpose()),
        new(
            "exchanged-inputs",
            "∂Wx = D1 X2ᵀ + D2 X1ᵀ",
            "X1 and X2 are exchanged in the gradient of Wx",
            Line.Gradients,
            p => p.dWx = p.D1 * p.X2.Transpose() + p.D2 * p.X1.Transpose()),
        new(
            "stale-input",
            "∂Wx = D1 X1ᵀ + D2 X1ᵀ",
            "X1 stands in place of X2 in the contribution of Wx on X2",
            Line.Gradients,
            p => p.dWx = (p.D1 + p.D2) * p.X1.Transpose()),

        // The adjoint of another value.
        new(
            "adjoint-not-carried-back",
            "∂Wx = D2 X1ᵀ + D2 X2ᵀ",
            "∂L/∂H2 stands in place of ∂L/∂H1 in the contribution of Wx on X1",
            Line.Gradients,
            p => p.dWx = p.D2 * (p.X1 + p.X2).Transpose()),
        new(
            "adjoint-carried-too-far",
            "∂Wx = D1 X1ᵀ + D1 X2ᵀ",
            "∂L/∂H1 stands in place of ∂L/∂H2 in the contribution of Wx on X2",
            Line.Gradients,
            p => p.dWx = p.D1 * (p.X1 + p.X2).Transpose()),
        new(
            "wh-with-d1",
            "∂Wh = D1 H1ᵀ",
            "∂L/∂H1 stands in place of ∂L/∂H2 in the gradient of Wh",
            Line.Gradients,
            p => p.dWh = p.D1 * p.H1.Transpose()),
        new(
            "x1-with-d2",
            "∂X1 = Wxᵀ D2",
            "∂L/∂H2 stands in place of ∂L/∂H1 in the gradient of X1",
            Line.Gradients,
            p => p.dX1 = p.Wx.Transpose() * p.D2),
        new(
            "x2-with-d1",
            "∂X2 = Wxᵀ D1",
            "∂L/∂H1 stands in place of ∂L/∂H2 in the gradient of X2",
            Line.Gradients,
            p => p.dX2 = p.Wx.Transpose() * p.D1),
        new("detached-state", "D1 = 0", "∂L/∂H1 is missing", Line.D1, p => p.D1 *= 0),

        // Another value of the forward pass.
        new(
            "stale-activation-wh",
            "∂Wh = D2 H2ᵀ",
            "H2 stands in place of H1 in the gradient of Wh",
            Line.Gradients,
            p => p.dWh = p.D2 * p.H2.Transpose()),
        new(
            "stale-activation-wy",
            "∂Wy = G H1ᵀ",
            "H1 stands in place of H2 in the gradient of Wy",
            Line.Gradients,
            p => p.dWy = p.G * p.H1.Transpose()),
        new(
            "half-activation-wy",
            "∂Wy = G (Wh H1)ᵀ",
            "Wh H1 stands in place of H2 in the gradient of Wy",
            Line.Gradients,
            p => p.dWy = p.G * (p.Wh * p.H1).Transpose()),

        // Weights: another one, not transposed, on the wrong side, updated too early.
        new(
            "wx-for-wh",
            "D1 = Wxᵀ D2",
            "Wx stands in place of Wh in ∂L/∂H1",
            Line.D1,
            p => p.D1 = p.Wx.Transpose() * p.D2),
        new(
            "wh-for-wx",
            "∂X2 = Whᵀ D2",
            "Wh stands in place of Wx in the gradient of X2",
            Line.Gradients,
            p => p.dX2 = p.Wh.Transpose() * p.D2),
        new("untransposed-wh", "D1 = Wh D2", "Wh is not transposed in ∂L/∂H1", Line.D1, p => p.D1 = p.Wh * p.D2),
        new("untransposed-wy", "D2 = Wy G", "Wy is not transposed in ∂L/∂H2", Line.D2, p => p.D2 = p.Wy * p.G),
        new(
            "untransposed-wx",
            "∂X1 = Wx D1",
            "Wx is not transposed in the gradient of X1",
            Line.Gradients,
            p => p.dX1 = p.Wx * p.D1),
        new(
            "wrong-order",
            "D1 = D2 Whᵀ",
            "Whᵀ and ∂L/∂H2 are multiplied in the wrong order in ∂L/∂H1",
            Line.D1,
            p => p.D1 = p.D2 * p.Wh.Transpose()),
        new(
            "wy-updated-early",
            "Wy ← Wy − η ∂Wy before D2 = Wyᵀ G",
            "Wy is updated with the rate 0.01 before the backward pass reads it",
            Line.G,
            p => p.Wy -= Rate * p.G * p.H2.Transpose()),
        new(
            "wh-updated-early",
            "Wh ← Wh − η ∂Wh before D1 = Whᵀ D2",
            "Wh is updated with the rate 0.01 before the backward pass reads it",
            Line.D2,
            p => p.Wh -= Rate * p.D2 * p.H1.Transpose()),

        // The loss.
        new("forgotten-half", "G = 2 ∂L/∂Ŷ", "∂L/∂Ŷ is doubled", Line.G, p => p.G *= 2),
        new("target-minus-output", "G = −∂L/∂Ŷ", "∂L/∂Ŷ has the wrong sign", Line.G, p => p.G *= -1),
        new("mean-over-examples", "G = 1/B ∂L/∂Ŷ", "∂L/∂Ŷ is multiplied by 1/B", Line.G, p => p.G /= p.B),
        new("mean-over-outputs", "G = 1/m ∂L/∂Ŷ", "∂L/∂Ŷ is multiplied by 1/m", Line.G, p => p.G /= p.m),
        new(
            "mean-over-the-wrong-axis",
            "G = m/B ∂L/∂Ŷ: right where m = B",
            "∂L/∂Ŷ is multiplied by m/B",
            Line.G,
            p => p.G *= (double)p.m / p.B),
        new(
            "gradient-of-another-loss",
            "G = T",
            "∂L/∂Ŷ is that of the loss projection, not of squared-error",
            Line.G,
            p => p.G = p.Target),
        new("absolute-error", "G = |∂L/∂Ŷ|", "∂L/∂Ŷ has lost its signs", Line.G, p => p.G = p.G.PointwiseAbs()),
        new("doubled-adjoint", "D2 = 2 Wyᵀ G", "∂L/∂H2 is doubled", Line.D2, p => p.D2 *= 2),

        // Examples.
        new(
            "first-example-only",
            "∂Wh = D2 H1ᵀ of the first example",
            "only the first example counts in the gradient of Wh",
            Line.Gradients,
            p => p.dWh = p.D2.SubMatrix(0, p.h, 0, 1) * p.H1.SubMatrix(0, p.h, 0, 1).Transpose()),
        new(
            "last-example-left-out",
            "∂Wy = Σ over B − 1 examples",
            "the last example is left out of the gradient of Wy",
            Line.Gradients,
            p => p.dWy -= p.G.SubMatrix(0, p.m, p.B - 1, 1) * p.H2.SubMatrix(0, p.h, p.B - 1, 1).Transpose()),
        new(
            "examples-reversed",
            "∂Wh = D2 H1ᵀ with the examples of H1 in reverse order",
            "the examples of H1 are in reverse order in the gradient of Wh",
            Line.Gradients,
            p => p.dWh = p.D2 * Columns(p.H1, j => p.B - 1 - j).Transpose()),
        new(
            "examples-shifted",
            "∂Wy = G H2ᵀ with the examples of H2 shifted by one",
            "the examples of H2 are shifted by one in the gradient of Wy",
            Line.Gradients,
            p => p.dWy = p.G * Columns(p.H2, j => (j + 1) % p.B).Transpose()),

        // Shapes and places.
        new(
            "transposed-wh",
            "∂Wh = H1 D2ᵀ",
            "the gradient of Wh is transposed",
            Line.Gradients,
            p => p.dWh = p.dWh.Transpose()),
        new(
            "transposed-wx",
            "∂Wx = (D1 X1ᵀ + D2 X2ᵀ)ᵀ",
            "the gradient of Wx is transposed",
            Line.Gradients,
            p => p.dWx = p.dWx.Transpose()),
        new(
            "exchanged-gradients",
            "∂X1 and ∂X2 returned in each other's place",
            "the gradients of X1 and X2 are exchanged",
            Line.Gradients,
            p => (p.dX1, p.dX2) = (p.dX2, p.dX1)),
        new(
            "last-row-forgotten",
            "∂Wh: the loop over rows ends one too early",
            "the last row of the gradient of Wh is missing",
            Line.Gradients,
            p => p.dWh.ClearRow(p.h - 1)),
        new(
            "first-column-forgotten",
            "∂Wx: the loop over columns begins one too late",
            "the first column of the gradient of Wx is missing",
            Line.Gradients,
            p => p.dWx.ClearColumn(0)),
        new(
            "rows-reversed",
            "∂Wx: rows counted from the end",
            "the gradient of Wx has its rows in reverse order",
            Line.Gradients,
            p => p.dWx = Matrix<double>.Build.Dense(p.h, p.n, (i, j) => p.dWx[p.h - 1 - i, j])),

        // What shows at some values only.
        new(
            "relu-that-is-not-there",
            "D2 = Wyᵀ G ∘ [H2 > 0]",
            "∂L/∂H2 is 0 where H2 is not positive",
            Line.D2,
            p => p.D2 = p.D2.PointwiseMultiply(p.H2.Map(v => v > 0 ? 1.0 : 0))),
        new(
            "clipped-at-zero",
            "∂Wy = max(0, G H2ᵀ)",
            "the gradient of Wy has 0 where it should be negative",
            Line.Gradients,
            p => p.dWy = p.dWy.PointwiseMaximum(0)),
        new(
            "one-millionth",
            "∂Wx[0,0] is off by 10⁻⁶ of itself",
            "entry [0,0] of the gradient of Wx is multiplied by 1.000001",
            Line.Gradients,
            p => p.dWx[0, 0] *= 1.000001),
    ];

    private static Matrix<double> Columns(Matrix<double> matrix, Func<int, int> from) =>
        Matrix<double>.Build.Dense(matrix.RowCount, matrix.ColumnCount, (i, j) => matrix[i, from(j)]);
}

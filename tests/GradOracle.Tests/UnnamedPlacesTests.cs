using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

using M = Matrix<double>;

/// <summary>Mistakes where nothing on the way has a name: within functions, between heads, at every step of a
/// recurrence; each with its sentence, a right twin, and what is nearly that mistake.</summary>
public sealed class UnnamedPlacesTests
{
    private const string Right = "";

    private static readonly Network s_silu = Network.Define("silu", ["n", "h", "B"], x =>
        x.Parameter("V1", "n", "h") * (x.Parameter("W", "h", "n") * x.Input("X", "n", "B")).Silu());

    private static readonly Network s_masked = Network.Define(
        "masked",
        ["B", "k", "n"],
        x => (x.Input("X", "B", "n") * x.Parameter("W", "n", "k")).Named("Z")
            .Where(x.Input("M", ["B", "k"], Holds.Fixed(i => IsOn(i[0], i[1]) ? 1 : 0)), double.NegativeInfinity)
            .Softmax(1),
        rowsAreExamples: true,
        smallest: [("k", 3)]).Differentiates("X", "W");

    private static readonly Network s_heads = Network.Define("two-heads", ["t", "d"], x =>
    {
        Node Head(int i) => (x.Input($"A{i}", "t", "d") * x.Input($"B{i}", "d", "t")).Softmax(1) * x.Input($"C{i}", "t", "d");
        return Node.Concat(1, Head(1), Head(2)) * x.Parameter("W", $"{2 * x.Shape["d"]}", "d");
    }, rowsAreExamples: true, smallest: [("t", 2)]);

    private static readonly Network s_steps = Network.Define("unnamed-steps", ["h", "B"], x =>
    {
        Node S = x.Input("s0", "h", "B");
        for (var t = 1; t <= 4; t++)
        {
            S = x.Parameter("a", "h", "1").Hadamard(S) + x.Parameter("b", "h", "1").Hadamard(x.Input($"x{t}", "h", "B"));
        }

        return S;
    });

    [TestCase(Right, "")]
    [TestCase("slope alone", "∂L/∂silu(W X) is taken to be 1: what comes from above is forgotten")]
    [TestCase("at its value", "∂L/∂(W X) is (V1ᵀ ∂L/∂Ŷ) ∘ silu′(silu(W X)), where ∂L/∂silu(W X) ∘ silu′(W X) belongs")]
    [TestCase("of relu", "∂L/∂(W X) is (V1ᵀ ∂L/∂Ŷ) ∘ [W X > 0], where ∂L/∂silu(W X) ∘ silu′(W X) belongs")]
    public void A_slope_of_a_function_with_a_body_is_told(string mistake, string sentence) =>
        Claims.Said(s_silu, x => Silu(x, mistake), sentence);

    [TestCase("slope of the square alone", "taken to be 1")]
    [TestCase("at half of its value", "silu′(silu(W X))")]
    public void What_is_nearly_one_of_these_slopes_is_not_told_so(string mistake, string words) => Assert.That(
        Claims.Of(new Derivations.LambdaDerivation(s_silu, x => Silu(x, mistake))),
        Is.Not.Empty.And.None.Contains(words));

    [TestCase(Right, "")]
    [TestCase("factor", "the softmax is not multiplied in, in front of the difference, in ∂L/∂where")]
    [TestCase("factor and mask", "the softmax is not multiplied in, in front of the difference, in ∂L/∂where(M, Z, -Infinity), and the mask is missing in ∂L/∂Z")]
    public void A_masked_softmax_without_its_factor_and_its_mask_is_told(string mistake, string sentence) =>
        Claims.Said(s_masked, x =>
        {
            var (X, W) = (x["X"], x["W"]);
            var P = Softmax((X * W).MapIndexed((i, j, v) => IsOn(i, j) ? v : double.NegativeInfinity, Zeros.Include));
            var G = x.OutputGradient(P);
            var along = P.PointwiseMultiply(G).RowSums();
            var D = G.MapIndexed((i, j, v) => mistake switch
            {
                "factor" => IsOn(i, j) ? v - along[i] : 0,
                "factor and mask" => v - along[i],
                _ => P[i, j] * (v - along[i]),
            }, Zeros.Include);
            return new() { ["X"] = D * W.Transpose(), ["W"] = X.Transpose() * D };
        }, sentence, ("k", 4));

    [TestCase(Right, "")]
    [TestCase("first for both", "softmax(A1 B1, axis 1) is read in place of softmax(A2 B2, axis 1) on the way back")]
    [TestCase("exchanged", "softmax(A2 B2, axis 1) and softmax(A1 B1, axis 1) are exchanged on the way back")]
    [TestCase("first in one", "softmax(A1 B1, axis 1) is read in place of softmax(A2 B2, axis 1) in ∂L/∂(A2 B2)")]
    public void A_softmax_of_another_head_is_told(string mistake, string sentence) =>
        Claims.Said(s_heads, x => Heads(x, mistake), sentence);

    [Test]
    public void A_mean_of_both_heads_is_not_told_as_one_of_them() => Assert.That(
        Claims.Of(new Derivations.LambdaDerivation(s_heads, x => Heads(x, "mean of both"))),
        Is.Not.Empty.And.None.Contains("is read in place of"));

    [TestCase(Right, "")]
    [TestCase("a not carried", "the factor a is missing in ∂L/∂(a ∘ (a ∘ (a ∘ s0 + b ∘ x1) + b ∘ x2) + …, and so at every step")]
    [TestCase("new state", "belongs, and so at every step")]
    [TestCase("a for b", "a stands in place of b in the gradient of x4, and so at every step")]
    public void What_is_wrong_at_every_step_is_told_where_no_step_has_a_name(string mistake, string sentence) =>
        Claims.Said(s_steps, x => Steps(x, mistake), sentence);

    [Test]
    public void What_is_wrong_at_one_step_is_not_told_of_every_one() => Assert.That(
        Claims.Of(new Derivations.LambdaDerivation(s_steps, x => Steps(x, "a for b at 2"))),
        Is.Not.Empty.And.None.Contains("at every step"));

    private static Gradients<double> Silu(MatrixCase<double> x, string mistake)
    {
        var (V, W, X) = (x["V1"], x["W"], x["X"]);
        var Z = W * X;
        var H = Z.Map(v => v * Logistic(v));
        var G = x.OutputGradient(V * H);
        var D = V.Transpose() * G;
        double Slope(double v) => Logistic(v) * (1 + v * (1 - Logistic(v)));
        var dZ = mistake switch
        {
            "slope alone" => Z.Map(Slope, Zeros.Include),
            "slope of the square alone" => Z.Map(v => Slope(v * v), Zeros.Include),
            "at its value" => D.PointwiseMultiply(H.Map(Slope, Zeros.Include)),
            "at half of its value" => D.PointwiseMultiply(H.Map(v => Slope(v / 2), Zeros.Include)),
            "of relu" => D.PointwiseMultiply(Z.Map(v => v > 0 ? 1.0 : 0)),
            _ => D.PointwiseMultiply(Z.Map(Slope, Zeros.Include)),
        };
        return new() { ["V1"] = G * H.Transpose(), ["W"] = dZ * X.Transpose(), ["X"] = W.Transpose() * dZ };
    }

    private static Gradients<double> Heads(MatrixCase<double> x, string mistake)
    {
        var W = x["W"];
        var d = W.ColumnCount;
        M[] P = [Softmax(x["A1"] * x["B1"]), Softmax(x["A2"] * x["B2"])];
        var all = (P[0] * x["C1"]).Append(P[1] * x["C2"]);
        var G = x.OutputGradient(all * W);
        var (D, gradients) = (G * W.Transpose(), new Gradients<double> { ["W"] = all.Transpose() * G });
        for (var i = 0; i < 2; i++)
        {
            var dO = D.SubMatrix(0, D.RowCount, i * d, d);
            var read = mistake switch
            {
                "first for both" => P[0],
                "exchanged" => P[1 - i],
                "mean of both" => (P[0] + P[1]) / 2,
                _ => P[i],
            };
            gradients[$"C{i + 1}"] = read.Transpose() * dO;
            read = mistake == "first in one" ? P[0] : read;
            var dP = dO * x[$"C{i + 1}"].Transpose();
            var along = read.PointwiseMultiply(dP).RowSums();
            var dS = dP.MapIndexed((r, c, v) => read[r, c] * (v - along[r]), Zeros.Include);
            gradients[$"A{i + 1}"] = dS * x[$"B{i + 1}"].Transpose();
            gradients[$"B{i + 1}"] = x[$"A{i + 1}"].Transpose() * dS;
        }

        return gradients;
    }

    private static Gradients<double> Steps(MatrixCase<double> x, string mistake)
    {
        var (a, b, S) = (x["a"], x["b"], new M[5]);
        M Times(M column, M of) => of.MapIndexed((i, _, v) => v * column[i, 0]);
        S[0] = x["s0"];
        for (var t = 1; t <= 4; t++)
        {
            S[t] = Times(a, S[t - 1]) + Times(b, x[$"x{t}"]);
        }

        var (D, gradients) = (x.OutputGradient(S[4]), new Gradients<double> { ["a"] = a * 0, ["b"] = b * 0 });
        for (var t = 4; t >= 1; t--)
        {
            gradients["a"] += D.PointwiseMultiply(S[mistake == "new state" ? t : t - 1]).RowSums().ToColumnMatrix();
            gradients["b"] += D.PointwiseMultiply(x[$"x{t}"]).RowSums().ToColumnMatrix();
            gradients[$"x{t}"] = Times(mistake == "a for b" || (mistake == "a for b at 2" && t == 2) ? a : b, D);
            D = mistake == "a not carried" ? D : Times(a, D);
        }

        gradients["s0"] = D;
        return gradients;
    }

    private static double Logistic(double v) => 1 / (1 + Math.Exp(-v));

    private static bool IsOn(int row, int column) => column == 0 || (row + column) % 2 == 0;

    private static M Softmax(M z)
    {
        var e = z.Map(Math.Exp, Zeros.Include);
        return e.MapIndexed((i, _, v) => v / e.Row(i).Sum());
    }
}

using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Mistakes that are made at several places or steps alike, or on several gradients: one sentence
/// each.</summary>
public sealed class MistakesInPlacesLikeItTests
{
    private const string Right = "";

    private static readonly Network s_heads = Network.Define("heads", ["B", "n", "h"], x =>
    {
        var (h, Z) = (x.Shape["h"], x.Input("X", "B", "n") * x.Parameter("W", "n", $"{2 * x.Shape["h"]}"));
        return Z.Slice(1, 0, h).Softmax(1).Named("P1").Concat(Z.Slice(1, h, h).Softmax(1).Named("P2"));
    }, rowsAreExamples: true);

    private static readonly Network s_gates = Network.Define("gates", ["n", "h", "B"], x =>
    {
        var (h, H) = (x.Shape["h"], x.Input("h0", "h", "B"));
        for (var t = 1; t <= 3; t++)
        {
            var z = x.Parameter("W", $"{2 * h}", "n") * x.Input($"x{t}", "n", "B")
                + x.Parameter("U", $"{2 * h}", "h") * H;
            H = z.Slice(0, 0, h).Sigmoid().Named("i", t).Hadamard(z.Slice(0, h, h).Tanh().Named("g", t)).Named("h", t);
        }

        return H;
    });

    private static readonly Network s_outputs = Network.Define("outputs", ["n", "h", "m", "B"], x =>
    {
        var (H, all) = (x.Input("h0", "h", "B"), (Node?)null);
        for (var t = 1; t <= 3; t++)
        {
            H = (x.Parameter("Wx", "h", "n") * x.Input($"x{t}", "n", "B") + x.Parameter("Wh", "h", "h") * H)
                .Tanh()
                .Named("h", t);
            var y = x.Parameter("Wy", "m", "h") * H;
            all = all is null ? y : all.Concat(y);
        }

        return all!;
    });

    [TestCase(Right, "")]
    [TestCase("Jacobian forgotten", "is ∂L/∂P2 ∘ P2, where P2 ∘ (∂L/∂P2 − Σ_b ∂L/∂P2 ∘ P2) belongs, and so in every place like it")]
    public void Heads_with_the_same_mistake_are_told_in_one_sentence(string mistake, string sentence) =>
        Claims.Said(s_heads, x =>
        {
            var (X, W, h) = (x["X"], x["W"], x.Shape["h"]);
            var Z = X * W;
            var (one, two) = (Softmax(Z.SubMatrix(0, Z.RowCount, 0, h)), Softmax(Z.SubMatrix(0, Z.RowCount, h, h)));
            var G = x.OutputGradient(one.Append(two));
            Matrix<double> Back(Matrix<double> P, int from)
            {
                var PD = P.PointwiseMultiply(G.SubMatrix(0, G.RowCount, from, h));
                return mistake == Right ? PD.MapIndexed((i, j, v) => v - P[i, j] * PD.Row(i).Sum()) : PD;
            }

            var D = Back(one, 0).Append(Back(two, h));
            return new() { ["X"] = D * W.Transpose(), ["W"] = X.Transpose() * D };
        }, sentence);

    [TestCase(Right, "")]
    [TestCase("slope", "is ∂L/∂g3 ∘ (g3 ∘ (1 − g3)), where ∂L/∂g3 ∘ (1 − g3 ∘ g3) belongs, and so at every step")]
    [TestCase("state", "the gradient of U takes the value of the next step at every step: h1 for h0, h2 for h1, h3 for h2")]
    public void One_gate_that_is_wrong_at_every_step_is_told_apart_from_the_others(string mistake, string sentence) =>
        Claims.Said(s_gates, x =>
        {
            var (W, U, h) = (x["W"], x["U"], x.Shape["h"]);
            var (H, I, g) = (new Matrix<double>[4], new Matrix<double>[4], new Matrix<double>[4]);
            H[0] = x["h0"];
            for (var t = 1; t <= 3; t++)
            {
                var z = W * x[$"x{t}"] + U * H[t - 1];
                I[t] = z.SubMatrix(0, h, 0, z.ColumnCount).Map(v => 1 / (1 + Math.Exp(-v)), Zeros.Include);
                g[t] = z.SubMatrix(h, h, 0, z.ColumnCount).Map(Math.Tanh);
                H[t] = I[t].PointwiseMultiply(g[t]);
            }

            var D = x.OutputGradient(H[3]);
            var gradients = new Gradients<double> { ["W"] = W * 0, ["U"] = U * 0 };
            for (var t = 3; t >= 1; t--)
            {
                var di = D.PointwiseMultiply(g[t]).PointwiseMultiply(I[t].Map(v => v * (1 - v)));
                var dg = D.PointwiseMultiply(I[t]).PointwiseMultiply(
                    g[t].Map(v => mistake == "slope" ? v * (1 - v) : 1 - v * v, Zeros.Include));
                var dz = di.Stack(dg);
                gradients["W"] += dz * x[$"x{t}"].Transpose();
                gradients["U"] += dz * H[mistake == "state" ? t : t - 1].Transpose();
                gradients[$"x{t}"] = W.Transpose() * dz;
                D = U.Transpose() * dz;
            }

            gradients["h0"] = D;
            return gradients;
        }, sentence);

    [TestCase(Right, "")]
    [TestCase("without slope", "∂L/∂h2 is Wyᵀ (columns 4 to 7 of ∂L/∂Ŷ) + Whᵀ ∂L/∂h3, where")]
    public void What_is_carried_on_without_its_slope_is_told_at_every_step(string mistake, string sentence) =>
        Claims.Said(s_outputs, x =>
        {
            var (Wx, Wh, Wy, B) = (x["Wx"], x["Wh"], x["Wy"], x.Shape["B"]);
            var H = new Matrix<double>[4];
            H[0] = x["h0"];
            for (var t = 1; t <= 3; t++)
            {
                H[t] = (Wx * x[$"x{t}"] + Wh * H[t - 1]).Map(Math.Tanh, Zeros.Include);
            }

            var G = x.OutputGradient((Wy * H[1]).Append(Wy * H[2]).Append(Wy * H[3]));
            var gradients = new Gradients<double> { ["Wx"] = Wx * 0, ["Wh"] = Wh * 0, ["Wy"] = Wy * 0 };
            var carried = H[0] * 0;
            for (var t = 3; t >= 1; t--)
            {
                var g = G.SubMatrix(0, G.RowCount, (t - 1) * B, B);
                var dh = Wy.Transpose() * g + carried;
                var da = dh.PointwiseMultiply(H[t].Map(v => 1 - v * v, Zeros.Include));
                gradients["Wy"] += g * H[t].Transpose();
                gradients["Wx"] += da * x[$"x{t}"].Transpose();
                gradients["Wh"] += da * H[t - 1].Transpose();
                gradients[$"x{t}"] = Wx.Transpose() * da;
                carried = Wh.Transpose() * (mistake == Right ? da : dh);
            }

            gradients["h0"] = carried;
            return gradients;
        }, sentence, ("m", 3), ("B", 4));

    private static Matrix<double> Softmax(Matrix<double> z)
    {
        var e = z.Map(Math.Exp, Zeros.Include);
        return e.MapIndexed((i, j, v) => v / e.Row(i).Sum());
    }
}

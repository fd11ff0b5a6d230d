using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Gates packed in another order and heads in each other's place: each with its sentence, a right twin, and
/// what is nearly that mistake.</summary>
public sealed class OrderOfPartsTests
{
    private const string Right = "";

    private static readonly Network s_gates = Network.Define("gates-in-order", ["n", "h", "B"], x =>
    {
        var (h, H) = (x.Shape["h"], x.Input("h0", "B", "h"));
        for (var t = 1; t <= 2; t++)
        {
            var z = (x.Input($"x{t}", "B", "n") * x.Parameter("W", "n", $"{3 * h}")
                + H * x.Parameter("U", "h", $"{3 * h}")).Named("z", t);
            Node Gate(int k) => z.Slice(1, k * h, h);
            H = (Gate(0).Sigmoid().Named("f", t).Hadamard(H)
                + Gate(1).Sigmoid().Named("i", t).Hadamard(Gate(2).Tanh().Named("g", t))).Named("h", t);
        }

        return H;
    }, rowsAreExamples: true);

    private static readonly Network s_heads = Network.Define("heads-in-order", ["t", "h", "d", "m"], x =>
    {
        var (t, h, d) = (x.Shape["t"], x.Shape["h"], x.Shape["d"]);
        var V = x.Input("X", "t", $"{h * d}").Reshape(t, h, d).Permute(1, 0, 2);
        var O = (x.Parameter("P", "h", "t", "t") * V).Named("O");
        return O.Permute(1, 0, 2).Reshape(t, h * d) * x.Parameter("Wo", $"{h * d}", "m");
    }, rowsAreExamples: true, smallest: [("h", 2), ("t", 2)]);

    [TestCase(Right, "")]
    [TestCase("packed", "the 3 parts of ∂L/∂z2 stand in the order 2, 1, 3, and so at every step")]
    [TestCase("turned", "the 3 parts of ∂L/∂z2 stand in the order 3, 1, 2, and so at every step")]
    [TestCase("weights", "the gradients of W and U have their 3 blocks of columns in the order 2, 1, 3")]
    [TestCase("one weight", "the gradient of W has its 3 blocks of columns in the order 2, 1, 3")]
    [TestCase("slopes", "the slopes of f2 and i2 are exchanged, and so at every step")]
    [TestCase("part doubled", "∂L/∂g2 ∘ (1 − g2 ∘ g2), 10, 0, axis 1) is doubled in ∂L/∂z2, and so at every step")]
    public void Gates_in_another_order_are_told(string mistake, string sentence) =>
        Claims.Said(s_gates, x =>
        {
            var (W, U, h) = (x["W"], x["U"], x.Shape["h"]);
            var (H, z) = (new Matrix<double>[3], new Matrix<double>[3]);
            H[0] = x["h0"];
            Matrix<double> Gate(int t, int k) => z[t].SubMatrix(0, z[t].RowCount, k * h, h)
                .Map(v => k == 2 ? Math.Tanh(v) : 1 / (1 + Math.Exp(-v)), Zeros.Include);
            for (var t = 1; t <= 2; t++)
            {
                z[t] = x[$"x{t}"] * W + H[t - 1] * U;
                H[t] = Gate(t, 0).PointwiseMultiply(H[t - 1]) + Gate(t, 1).PointwiseMultiply(Gate(t, 2));
            }

            var D = x.OutputGradient(H[2]);
            var (dW, dU, gradients) = (W * 0, U * 0, new Gradients<double>());
            for (var t = 2; t >= 1; t--)
            {
                var (f, i, g) = (Gate(t, 0), Gate(t, 1), Gate(t, 2));
                var (df, di) = (D.PointwiseMultiply(H[t - 1]), D.PointwiseMultiply(g));
                var (slopeOfF, slopeOfI) = (f.Map(v => v * (1 - v)), i.Map(v => v * (1 - v)));
                (slopeOfF, slopeOfI) = mistake == "slopes" ? (slopeOfI, slopeOfF) : (slopeOfF, slopeOfI);
                var dg = D.PointwiseMultiply(i).PointwiseMultiply(g.Map(v => 1 - v * v, Zeros.Include));
                var dz = df.PointwiseMultiply(slopeOfF).Append(di.PointwiseMultiply(slopeOfI))
                    .Append(mistake == "part doubled" ? 2 * dg : dg);
                dz = mistake == "packed" ? Parts(dz, 1, 0, 2) : mistake == "turned" ? Parts(dz, 2, 0, 1) : dz;
                (dW, dU) = (dW + x[$"x{t}"].Transpose() * dz, dU + H[t - 1].Transpose() * dz);
                gradients[$"x{t}"] = dz * W.Transpose();
                D = D.PointwiseMultiply(f) + dz * U.Transpose();
            }

            gradients["W"] = mistake is "weights" or "one weight" ? Parts(dW, 1, 0, 2) : dW;
            gradients["U"] = mistake == "weights" ? Parts(dU, 1, 0, 2) : dU;
            gradients["h0"] = D;
            return gradients;
        }, sentence);

    [TestCase(Right, "")]
    [TestCase("reversed", "∂L/∂O has its entries along axis 0 in reverse order")]
    [TestCase("shifted", "∂L/∂O has its entries along axis 0 in an order shifted by one")]
    [TestCase("reshaped", "∂L/∂O is reshaped, not permuted")]
    [TestCase("rows of Wo", "the gradient of Wo has its h blocks of rows in reverse order")]
    [TestCase("doubled", "∂L/∂O is doubled")]
    public void Heads_in_each_others_place_are_told(string mistake, string sentence)
    {
        void Backward(ArrayCase x, ArrayGradients gradients)
        {
            var (T, h, d, m) = (x.Shape["t"], x.Shape["h"], x.Shape["d"], x.Shape["m"]);
            double[] X = x["X"], P = x["P"], Wo = x["Wo"];
            var (O, Y) = (new double[T * h * d], new double[T * m]);            // O as [t, h, d]
            double[] dX = new double[X.Length], dP = new double[P.Length], dWo = new double[Wo.Length];
            ForAll((T, h, d), (t, a, k) =>
            {
                for (var s = 0; s < T; s++)
                {
                    O[(t * h + a) * d + k] += P[(a * T + t) * T + s] * X[(s * h + a) * d + k];
                }
            });
            ForAll((T, h * d, m), (t, j, k) => Y[t * m + k] += O[t * h * d + j] * Wo[j * m + k]);

            double[] G = x.OutputGradient(Y);
            var dO = new double[O.Length];
            ForAll((T, h * d, m), (t, j, k) =>
            {
                dO[t * h * d + j] += G[t * m + k] * Wo[j * m + k];
                var row = mistake == "rows of Wo" ? (h - 1 - j / d) * d + j % d : j;
                dWo[row * m + k] += G[t * m + k] * O[t * h * d + j];
            });
            ForAll((T, h, d), (t, a, k) =>
            {
                var D = mistake switch
                {
                    "reversed" => dO[(t * h + h - 1 - a) * d + k],
                    "shifted" => dO[(t * h + (a + 1) % h) * d + k],
                    "reshaped" => dO[(a * T + t) * d + k],
                    "doubled" => 2 * dO[(t * h + a) * d + k],
                    _ => dO[(t * h + a) * d + k],
                };
                for (var s = 0; s < T; s++)
                {
                    dP[(a * T + t) * T + s] += D * X[(s * h + a) * d + k];
                    dX[(s * h + a) * d + k] += P[(a * T + t) * T + s] * D;
                }
            });
            (gradients["X"], gradients["P"], gradients["Wo"]) = (dX, dP, dWo);
        }

        Claims.Said(Derivation.Of(s_heads, Backward, s_heads.Name), sentence, ("h", 3));
    }

    private static void ForAll((int, int, int) sizes, Action<int, int, int> each)
    {
        for (var i = 0; i < sizes.Item1 * sizes.Item2 * sizes.Item3; i++)
        {
            each(i / (sizes.Item2 * sizes.Item3), i / sizes.Item3 % sizes.Item2, i % sizes.Item3);
        }
    }

    private static Matrix<double> Parts(Matrix<double> of, params int[] order)
    {
        var each = of.ColumnCount / order.Length;
        return order.Select(k => of.SubMatrix(0, of.RowCount, k * each, each)).Aggregate((a, b) => a.Append(b));
    }
}

using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The Jacobian of a softmax nearly right, a state given at first that a weight is not transposed for, one
/// step of all that counts: each with its sentence and a right twin.</summary>
public sealed class SoftmaxAndStepsTests
{
    private const string Right = "";

    private static readonly Network s_softmax = Network.Define(
        "softmax-alone",
        ["B", "n", "k"],
        x => (x.Input("X", "B", "n") * x.Parameter("W", "n", "k")).Named("Z").Softmax(1),
        rowsAreExamples: true,
        smallest: [("k", 2)]);

    private static readonly Network s_steps = Network.Define("steps-with-first-state", ["n", "h", "B"], x =>
    {
        var H = x.Input("h0", "h", "B");
        for (var t = 1; t <= 3; t++)
        {
            H = (x.Parameter("W", "h", "n") * x.Input($"x{t}", "n", "B") + x.Parameter("U", "h", "h") * H
                + x.Parameter("b", "h", "1")).Tanh().Named("h", t);
        }

        return H;
    });

    [TestCase(Right, "")]
    [TestCase("no factor", "the softmax is not multiplied in, in front of the difference, in ∂L/∂Z")]
    [TestCase("sum of adjoint", "the sum is of the adjoint alone, without the softmax as its factor, in ∂L/∂Z")]
    [TestCase("sum bare", "the sum is not multiplied by the softmax in ∂L/∂Z")]
    [TestCase("sum added", "the sum is added, not taken off, in ∂L/∂Z")]
    [TestCase("halved", "∂L/∂Ŷ is halved")]
    public void A_jacobian_of_the_softmax_that_is_nearly_right_is_told(string mistake, string sentence) =>
        Claims.Said(s_softmax, x =>
        {
            var (X, W) = (x["X"], x["W"]);
            var e = (X * W).Map(Math.Exp, Zeros.Include);
            var P = e.MapIndexed((i, _, v) => v / e.Row(i).Sum());
            var G = x.OutputGradient(P);
            var (all, along) = (G.RowSums(), P.PointwiseMultiply(G).RowSums());
            var D = G.MapIndexed((i, j, g) => mistake switch
            {
                "no factor" => g - along[i],
                "sum of adjoint" => P[i, j] * (g - all[i]),
                "sum bare" => P[i, j] * g - along[i],
                "sum added" => P[i, j] * (g + along[i]),
                "halved" => P[i, j] * (g - along[i]) / 2,
                _ => P[i, j] * (g - along[i]),
            }, Zeros.Include);
            return new() { ["X"] = D * W.Transpose(), ["W"] = X.Transpose() * D };
        }, sentence, ("k", 4));

    [TestCase(Right, "")]
    [TestCase("U as it is", "U is not transposed at any step")]
    [TestCase("one step", "of all uses the contribution of b in ((W x1 + U h0) + b) alone counts in the gradient of b")]
    [TestCase("doubled", "the gradient of b is doubled")]
    public void Steps_with_a_state_that_is_given_at_first_are_told(string mistake, string sentence) =>
        Claims.Said(s_steps, x =>
        {
            var (W, U, b) = (x["W"], x["U"], x["b"]);
            var H = new Matrix<double>[4];
            H[0] = x["h0"];
            for (var t = 1; t <= 3; t++)
            {
                H[t] = (W * x[$"x{t}"] + U * H[t - 1]).MapIndexed((i, _, v) => Math.Tanh(v + b[i, 0]), Zeros.Include);
            }

            var D = x.OutputGradient(H[3]);
            var gradients = new Gradients<double> { ["W"] = W * 0, ["U"] = U * 0, ["b"] = b * 0 };
            for (var t = 3; t >= 1; t--)
            {
                var dA = D.PointwiseMultiply(H[t].Map(v => 1 - v * v, Zeros.Include));
                gradients["W"] += dA * x[$"x{t}"].Transpose();
                gradients["U"] += dA * H[t - 1].Transpose();
                var db = dA.RowSums().ToColumnMatrix() * (mistake == "doubled" ? 2 : 1);
                gradients["b"] = mistake == "one step" ? db : gradients["b"] + db;
                gradients[$"x{t}"] = W.Transpose() * dA;
                D = (mistake == "U as it is" ? U : U.Transpose()) * dA;
            }

            gradients["h0"] = D;
            return gradients;
        }, sentence);
}

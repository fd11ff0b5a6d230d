using GradOracle.NUnit;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GradOracle.Museum;

/// <summary>
/// AiDotNet's GRU where it returns its last state alone, github.com/ooples/AiDotNet at
/// a5014941b97d4afbb8f93234a3f6a5bcafc690b0, src/NeuralNetworks/Layers/GRULayer.cs: only the last step is
/// differentiated, with zeros for the state before it, and the reset gate's gradient takes the state after the step for
/// the one before. (The last was mended in d7af520a7764ed1c95d32a4fa0c88c8f622da8ca, the next commit; the layer has
/// since gone over to autograd.)
/// </summary>
public sealed class GruTests
{
    private static readonly Network s_gru = Network.Define("gru-2", ["n", "h", "B"], x =>
    {
        Node? h = null;
        for (var t = 1; t <= 2; t++)
        {
            var (X, at) = (x.Input($"X{t}", "n", "B"), $"at t={t}");
            var z = Gate("z", h).Sigmoid().Named("Z", t);
            var reset = h is null ? null : Gate("r", h).Sigmoid().Named("R", t).Hadamard(h);
            var K = Gate("h", reset).Tanh().Named("K", t);
            h = (h is null ? K - z.Hadamard(K) : z.Hadamard(h) + (1 - z).Hadamard(K)).Named("H", t);

            Node Gate(string name, Node? state)
            {
                x.Parameter($"W{name}", "h", "n");
                x.Parameter($"b{name}", "h", "1");
                var input = x[$"W{name}", at] * X + x[$"b{name}", at];
                return state is null ? input : input + x.Parameter($"U{name}", "h", "h") * state;
            }
        }

        return h!;
    });

    [Test]
    public void Only_the_last_step_is_differentiated_and_the_state_before_it_taken_for_zero()
    {
        var report = Exhibit.Report(s_gru, LastStepAlone);

        foreach (var zero in new[] { "X1", "Uz", "Ur", "Uh" })
        {
            Assert.That(report, Does.Match($@"∂{zero}: autograd \[-?0\..*, derivation \[0\]"));
        }

        Assert.That(report, Does.Match("X2 .*differ"), "its reset gate takes H2 for H1");
    }

    [Test]
    public void By_itself_the_reset_gates_mistake_is_named()
    {
        var report = Exhibit.Report(s_gru, (x, g) => BothSteps(x, g, resetsAfter: true));

        Assert.That(report, Does.Match(@"diagnosis: ∂L/∂R2 is .* ∘ H2, where .* ∘ H1 belongs"), report);
    }

    [Test]
    public void Through_both_steps_it_is_right() =>
        GradientAssert.Agrees(s_gru, (x, g) => BothSteps(x, g, resetsAfter: false), Exhibit.Few);

    private static void LastStepAlone(ArrayCase x, ArrayGradients g)
    {
        var (first, second) = Forward(x);
        Matrix<double> dH = x.OutputGradient(second.H);
        var zero = 0 * first.H;
        var (dZ, dR, dK) = Deltas(x, second, dH, before: zero, resets: second.H);
        Leave(x, g, (dZ, dR, dK), before: zero, second.R);
        Matrix<double> X1 = x["X1"];
        g["X1"] = 0 * X1;
    }

    private static void BothSteps(ArrayCase x, ArrayGradients g, bool resetsAfter)
    {
        var (first, second) = Forward(x);
        Matrix<double> dH = x.OutputGradient(second.H), Uz = x["Uz"], Ur = x["Ur"], Uh = x["Uh"];
        var (dZ, dR, dK) = Deltas(x, second, dH, before: first.H, resets: resetsAfter ? second.H : first.H);
        var dH1 = dH.PointwiseMultiply(second.Z) + Uz.TransposeThisAndMultiply(dZ) + Ur.TransposeThisAndMultiply(dR)
            + Uh.TransposeThisAndMultiply(dK).PointwiseMultiply(second.R);
        var zero = 0 * first.H;
        var (dZ1, _, dK1) = Deltas(x, first, dH1, before: zero, resets: zero);

        Leave(x, g, (dZ, dR, dK), before: first.H, second.R);
        Matrix<double> X1 = x["X1"], X2 = x["X2"], Wz = x["Wz"], Wh = x["Wh"];
        g["Wz"] = dZ.TransposeAndMultiply(X2) + dZ1.TransposeAndMultiply(X1);
        g["Wh"] = dK.TransposeAndMultiply(X2) + dK1.TransposeAndMultiply(X1);
        (g["bz"], g["bh"]) = ((dZ + dZ1).SumOfColumns(), (dK + dK1).SumOfColumns());
        g["X1"] = Wz.TransposeThisAndMultiply(dZ1) + Wh.TransposeThisAndMultiply(dK1);
    }

    private static (Step First, Step Second) Forward(ArrayCase x)
    {
        Matrix<double> X1 = x["X1"], X2 = x["X2"], Uz = x["Uz"], Ur = x["Ur"], Uh = x["Uh"];
        var (z, k) = (Sum("z", X1).Sigmoid(), Sum("h", X1).PointwiseTanh());
        var H1 = (1 - z).PointwiseMultiply(k);
        var (z2, r2) = ((Sum("z", X2) + Uz * H1).Sigmoid(), (Sum("r", X2) + Ur * H1).Sigmoid());
        var k2 = (Sum("h", X2) + Uh * r2.PointwiseMultiply(H1)).PointwiseTanh();
        return (new(z, 0 * z, k, H1), new(z2, r2, k2, z2.PointwiseMultiply(H1) + (1 - z2).PointwiseMultiply(k2)));

        Matrix<double> Sum(string gate, Matrix<double> X)
        {
            Matrix<double> W = x[$"W{gate}"], b = x[$"b{gate}"];
            return (W * X).PlusColumn(b);
        }
    }

    // ∂ of what goes into each gate.
    private static (Matrix<double> Z, Matrix<double> R, Matrix<double> K) Deltas(
        ArrayCase x, Step step, Matrix<double> dH, Matrix<double> before, Matrix<double> resets)
    {
        Matrix<double> Uh = x["Uh"];
        var dK = dH.PointwiseMultiply(1 - step.Z).PointwiseMultiply(step.K.TanhSlope());
        return (
            dH.PointwiseMultiply(before - step.K).PointwiseMultiply(step.Z.SigmoidSlope()),
            Uh.TransposeThisAndMultiply(dK).PointwiseMultiply(resets).PointwiseMultiply(step.R.SigmoidSlope()),
            dK);
    }

    private static void Leave(
        ArrayCase x,
        ArrayGradients g,
        (Matrix<double> Z, Matrix<double> R, Matrix<double> K) deltas,
        Matrix<double> before,
        Matrix<double> r)
    {
        Matrix<double> X = x["X2"], dX = 0 * X;
        var reset = r.PointwiseMultiply(before);
        foreach (var (name, delta, state) in
            new[] { ("z", deltas.Z, before), ("r", deltas.R, before), ("h", deltas.K, reset) })
        {
            Matrix<double> W = x[$"W{name}"];
            g[$"W{name}"] = delta.TransposeAndMultiply(X);
            g[$"U{name}"] = delta.TransposeAndMultiply(state);
            g[$"b{name}"] = delta.SumOfColumns();
            dX += W.TransposeThisAndMultiply(delta);
        }

        g["X2"] = dX;
    }

    private sealed record Step(Matrix<double> Z, Matrix<double> R, Matrix<double> K, Matrix<double> H);
}

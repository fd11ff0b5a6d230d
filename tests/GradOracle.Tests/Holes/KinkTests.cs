using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Right away from a kink, and wrong at it: large integers never meet one.</summary>
public sealed class KinkTests
{
    private static readonly Network s_linear = Network.Define("linear-layer", ["n", "m", "B"], x => x.Parameter("W", "m", "n") * x.Input("X", "n", "B"));
    private static readonly Network s_relu = Network.Define("relu-layer", ["n", "m", "B"], x => (x.Parameter("W", "m", "n") * x.Input("X", "n", "B")).Relu());

    private static IEnumerable<TestCaseData> Losses()
    {
        yield return Of("sign(≥) for sign(>)", "absolute-error", (y, t) => y - t >= 0 ? 1 : -1);
        yield return Of("sign(>) for sign(≥)", "absolute-error", (y, t) => y - t > 0 ? 1 : -1);
        yield return Of("a forgotten target", "absolute-error", (y, _) => Math.Sign(y));
        yield return Of("a forgotten target", "huber", (y, _) => Math.Clamp(y, -1, 1));
        yield return Of("a kink at 2", "huber", (y, t) => Math.Clamp((y - t) / 2, -1, 1));

        static TestCaseData Of(string name, string loss, Func<double, double, double> wrong) => new TestCaseData(Named.Losses.Find(loss), wrong).SetArgDisplayNames(loss, name);
    }

    [TestCaseSource(nameof(Losses))]
    public void A_slope_that_is_wrong_at_or_near_a_kink_is_caught_by_exact_cases_alone(Loss loss, Func<double, double, double> slope)
    {
        var options = new CheckOptions { Losses = [loss], Kinds = [CaseKind.Exact] };

        Assert.That(GradientCheck.Run(new Deep(slope), options).Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(GradientCheck.Run(new Deep(null), options).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void A_relu_whose_slope_at_0_is_1_is_caught_by_the_default_check([Values] bool isWrong) =>
        Assert.That(
            GradientCheck.Run(s_relu, x =>
            {
                var (W, X) = (x["W"], x["X"]);
                var A = W * X;
                var G = x.OutputGradient(A.Map(a => Math.Max(a, 0)));
                var D = G.PointwiseMultiply(A.Map(a => a > 0 || (isWrong && a == 0) ? 1.0 : 0.0, MathNet.Numerics.LinearAlgebra.Zeros.Include));
                return new() { ["W"] = D.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(D) };
            }, new CheckOptions { Losses = [Samples.SquaredError] }).Verdict,
            Is.EqualTo(isWrong ? Verdict.Disagrees : Verdict.Agrees));

    [Test]
    public void Outputs_meet_their_targets_and_come_near_them_in_exact_cases_drawn_by_default()
    {
        var differences = new HashSet<double>();
        GradientCheck.Run(
            s_linear,
            x =>
            {
                var (W, X) = (x["W"], x["X"]);
                var G = x.OutputGradient(W * X);
                lock (differences)
                {
                    differences.UnionWith((W * X - x.Target).Enumerate());
                }

                return new() { ["W"] = G.TransposeAndMultiply(X), ["X"] = W.TransposeThisAndMultiply(G) };
            },
            new CheckOptions { Losses = [Named.Losses.Find("absolute-error")], Kinds = [CaseKind.Exact] });

        Assert.That(differences, Is.SupersetOf(new double[] { -2, -1, 0, 1, 2 }));
    }

    // The question's network, whose output is near the fourth power of its entries.
    private sealed class Deep(Func<double, double, double>? slope) : MatrixDerivation(Samples.SharedWeight)
    {
        public override string Name => "deep";

        public override string Summary => "with a slope of its own";

        protected override Gradients<T> Differentiate<T>(MatrixCase<T> x)
        {
            var (Wx, Wh, Wy, X1, X2) = (x["Wx"], x["Wh"], x["Wy"], x["X1"], x["X2"]);
            var H1 = Wx * X1;
            var H2 = Wh * H1 + Wx * X2;
            var right = x.OutputGradient(Wy * H2);
            var G = slope is null ? right : (Wy * H2).Map2((y, t) => T.CreateChecked(slope(double.CreateChecked(y), double.CreateChecked(t))), x.Target, MathNet.Numerics.LinearAlgebra.Zeros.Include);
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

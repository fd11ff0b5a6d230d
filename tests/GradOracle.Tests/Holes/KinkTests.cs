using GradOracle.Gallery;
using GradOracle.Networks;
using NUnit.Framework;

namespace GradOracle.Tests.Holes;

/// <summary>Right away from a kink, and wrong at it: large integers never meet one.</summary>
public sealed class KinkTests
{
    private static IEnumerable<TestCaseData> Losses() =>
        Kinks.Slopes.Select(s => new TestCaseData(s.Loss, s.Slope).SetArgDisplayNames(s.Loss.Name, s.Name));

    [TestCaseSource(nameof(Losses))]
    public void A_slope_that_is_wrong_at_or_near_a_kink_is_caught_by_exact_cases_alone(
        Loss loss, Func<double, double, double> slope)
    {
        var options = new CheckOptions { Losses = [loss], Kinds = [CaseKind.Exact] };

        Assert.That(GradientCheck.Run(Kinks.Of(loss, slope), options).Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(GradientCheck.Run(new OwnBackprop(), options).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void A_relu_whose_slope_at_0_is_1_is_caught_by_the_default_check([Values] bool isWrong) =>
        Assert.That(
            GradientCheck.Run(Kinks.Layer(isWrong), new CheckOptions { Losses = [Samples.SquaredError] }).Verdict,
            Is.EqualTo(isWrong ? Verdict.Disagrees : Verdict.Agrees));

    [Test]
    public void Outputs_meet_their_targets_and_come_near_them_in_exact_cases_drawn_by_default()
    {
        var differences = new HashSet<double>();
        GradientCheck.Run(
            Layers.Linear,
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
}

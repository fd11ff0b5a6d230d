using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

[Parallelizable]
public sealed class AgreementTests
{
    private static readonly Shape[] s_shapes =
    [
        Samples.SizesOf(2, 3, 1, 1), // the sizes of the question's comment
        Samples.SizesOf(2, 3, 4, 5), Samples.SizesOf(5, 4, 3, 2), Samples.SizesOf(3, 3, 3, 3), Samples.SizesOf(1, 1, 1, 1),
        Samples.SizesOf(1, 7, 2, 3), Samples.SizesOf(7, 1, 3, 2), Samples.SizesOf(9, 2, 1, 16), Samples.SizesOf(16, 12, 8, 4),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from derivation in new[] { "shared-weight", "shared-weight-batch" }
        from shape in s_shapes
        from loss in Loss.All
        from kind in Enum.GetValues<CaseKind>()
        from type in ElementType.All
        from seed in new ulong[] { 0, 2020 }
        let name = new CaseId(Samples.SharedWeight, loss, shape, kind, type, seed)
        where kind == CaseKind.Real || new Scenario(name.Network, loss, shape).RangeOf(type) > 0
        select new TestCaseData(derivation, name.ToString()).SetArgDisplayNames(derivation, name.ToString());

    [TestCaseSource(nameof(Cases))]
    public void The_hand_written_gradient_agrees_with_autograd(string derivation, string name)
    {
        var trial = Catalog.Derivations.Find(derivation);

        var comparison = Comparison.Of(trial, Samples.Generate(Samples.Case(name))).Describe(0);

        Assert.That(comparison.Verdict, Is.EqualTo(Verdict.Agrees), () => Samples.Text(trial, comparison));
    }

    [Test]
    public void A_derivation_gives_every_case_of_a_batch_the_gradients_and_the_loss_of_autograd(
        [Values("shared-weight", "shared-weight-batch")] string derivation, [Values(3, 9)] int B)
    {
        var name = new CaseId(
            Samples.SharedWeight,
            Samples.SquaredError,
            Samples.SizesOf(2, 3, 4, B),
            CaseKind.Exact,
            ElementType.Float64,
            7,
            9);
        var batch = CaseGenerator.Generate(name, 5);
        var (received, autograd) = (
            Catalog.Derivations.Find(derivation).Differentiate(batch), Autograd.Differentiate(batch));

        Assert.That(received.Losses, Is.EqualTo(autograd.Losses));
        Assert.That(received.Output.Values, Is.EqualTo(autograd.Output.Values));
        foreach (var gradient in autograd.Gradients)
        {
            Assert.That(received[gradient.Name].Values, Is.EqualTo(gradient.Values), gradient.Name);
        }
    }

    [Test]
    public void A_network_with_one_row_of_outputs_is_checked_with_every_loss_but_the_one_that_is_constant_there()
    {
        var network = Network.Define("one-row", ["n", "B"], x => x.Parameter("w", "1", "n") * x.Input("X", "n", "B"));

        var result = GradientCheck.Run(
            network,
            x =>
            {
                var G = x.OutputGradient(x["w"] * x["X"]);
                return new() { ["w"] = G.TransposeAndMultiply(x["X"]), ["X"] = x["w"].TransposeThisAndMultiply(G) };
            },
            new CheckOptions { Cases = 4 });

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees), result.ToString());
        Assert.That(result.ToString(), Does.Contain("huber").And.Not.Contain("softmax"));
    }

    [Test]
    public void A_batch_gives_each_case_the_gradient_it_has_alone()
    {
        const int count = 7;
        var together = Samples.Real(Samples.Unequal, seed: 40, count: count);
        var all = Autograd.Differentiate(together);
        for (var s = 0; s < count; s++)
        {
            var alone = Autograd.Differentiate(Samples.Real(Samples.Unequal, seed: 40 + (ulong)s));
            foreach (var gradient in alone.Gradients)
            {
                var difference = all[gradient.Name][s].ToArray().Zip(gradient.Values, (a, b) => Math.Abs(a - b)).Max();
                Assert.That(difference, Is.LessThan(1e-13), gradient.Name);
            }
        }
    }

    [Test]
    public void A_whole_check_agrees_and_reports_its_false_accept_probability()
    {
        var result = GradientCheck.Run(new SharedWeightBackprop(), new CheckOptions { Cases = 40 });

        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees));
            Assert.That(result.Suites, Has.Count.EqualTo(11));
            Assert.That(result.Suites.Sum(s => s.Cases), Is.EqualTo(440));
            // absolute error and Huber's loss are polynomials in pieces only
            Assert.That(
                result.Suites.Where(s => s.Kind == CaseKind.Exact).Count(s => s.FalseAcceptLog2 < -40), Is.EqualTo(3));
            Assert.That(result.Suites.Where(s => s.Kind == CaseKind.Real).Select(s => s.FalseAcceptLog2), Is.All.Null);
            Assert.That(
                result.Suites.Where(s => s.Kind == CaseKind.Real).Select(s => s.WorstErrorInBounds),
                Is.All.GreaterThan(0).And.All.LessThan(1));
        });
    }

    [Test]
    public void More_cases_than_shapes_share_shapes_and_all_are_checked()
    {
        var options = new CheckOptions { Cases = 1003, MaxShapes = 10, Losses = [Samples.SquaredError] };

        var result = GradientCheck.Run(new SharedWeightBatchBackprop(), options);

        Assert.That(
            result.Suites.Select(s => (s.Cases, s.Counts[Verdict.Agrees], s.Shapes.Count <= 10)),
            Is.All.EqualTo((1003, 1003, true)));
    }
}

using CsCheck;
using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The losses: value and hand-written ∂L/∂Ŷ against TorchSharp, at kinks, far out, and against more
/// digits.</summary>
public sealed class LossTests
{
    private static IEnumerable<string> Names() => Loss.All.Select(l => l.Name);

    // Ŷ = Wy H2 with Wy = 1, Wh = 0: the output is Wx X2, and so X2 where Wx is the identity; ∂X2 is G.
    private static CaseStack OutputOf(string loss, double[] output, double[] target)
    {
        var shape = Samples.SizesOf(output.Length, output.Length, output.Length, 1);
        double[] identity = [.. Enumerable.Range(0, output.Length * output.Length).Select(i => i / output.Length == i % output.Length ? 1.0 : 0)];
        return CaseGenerator.Generate(
            new CaseId(Samples.SharedWeight, Named.Losses.Find(loss), shape, CaseKind.Real, ElementType.Float64, 1))
            .With("Wx", _ => identity).With("Wy", _ => identity).With(
                "Wh",
                _ =>
                    new double[identity.Length]).With("X2", _ =>
                        output).With(Named.Losses.Find(loss).TargetName, _ => target);
    }

    [TestCaseSource(nameof(Names))]
    public void The_hand_written_gradient_at_the_output_is_TorchSharps_and_so_is_the_value(string name) =>
        Gen.Select(Gen.Double[-3, 3].Array[4], Gen.Double[-3, 3].Array[4]).Sample(c =>
        {
            var batch = OutputOf(name, c.Item1, c.Item2);
            var autograd = Autograd.Differentiate(batch);
            var byHand = new double[4];
            batch.Loss.Gradient<double>(c.Item1, c.Item2, 1, byHand);
            return Near(batch.Loss.Value<double>(c.Item1, c.Item2, 1), autograd.Losses[0])
                && byHand.Zip(autograd["X2"].Values).All(g => Near(g.First, g.Second));
        }, iter: 500);

    [TestCase("absolute-error", 0.0, 0.0)]
    [TestCase("huber", 0.0, 0.0)]
    [TestCase("huber", 1.0, 1.0)]
    [TestCase("huber", -1.0, -1.0)]
    [TestCase("huber", 1.5, 1.0)]
    [TestCase("huber", -0.25, -0.25)]
    public void At_kinks_and_changes_of_pieces_the_gradient_by_hand_is_TorchSharps(
        string loss, double difference, double slope)
    {
        var batch = OutputOf(loss, [difference + 2], [2]);
        var byHand = new double[1];
        batch.Loss.Gradient<double>([difference + 2], [2], 1, byHand);

        Assert.That((byHand[0], Autograd.Differentiate(batch)["X2"].Values[0]), Is.EqualTo((slope, slope)));
    }

    [Test]
    public void A_softmax_far_out_neither_overflows_nor_loses_what_it_says()
    {
        double[] output = [800, -800, 799];
        double[] target = [0, 1, 0];
        var batch = OutputOf("free-target-cross-entropy", output, target);
        var byHand = new double[3];
        batch.Loss.Gradient<double>(output, target, 1, byHand);

        Assert.That(
            batch.Loss.Value<double>(output, target, 1), Is.EqualTo(1600 + Math.Log(1 + Math.Exp(-1))).Within(1e-12));
        Assert.That(byHand, Is.EqualTo(new[] { 1 / (1 + Math.Exp(-1)), -1, 1 / (1 + Math.E) }).Within(1e-15));
        Assert.That(Autograd.Differentiate(batch)["X2"].Values, Is.EqualTo(byHand).Within(1e-15));
    }

    [Test]
    public void Of_a_distribution_the_softmax_gradient_is_softmax_minus_target_and_its_columns_sum_to_zero()
    {
        double[] output = [1, 5, 2, -1, 0, 3], target = [0.25, 0, 0.5, 1, 0.25, 0]; // 3×2, row after row
        var gradient = new double[6];
        Named.Losses.Find("free-target-cross-entropy").Gradient<double>(output, target, 2, gradient);

        foreach (var j in new[] { 0, 1 })
        {
            var total = Math.Exp(output[j]) + Math.Exp(output[j + 2]) + Math.Exp(output[j + 4]);
            Assert.That(
                new[] { gradient[j], gradient[j + 2], gradient[j + 4] },
                Is.EqualTo(
                    new[] { 0, 2, 4 }.Select(i => Math.Exp(output[j + i]) / total - target[j + i])).Within(1e-15));
            Assert.That(gradient[j] + gradient[j + 2] + gradient[j + 4], Is.Zero.Within(1e-15));
        }
    }

    [Test]
    public void No_evaluation_of_a_softmax_gradient_is_further_from_28_digits_than_half_the_bound()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            var shape = Samples.SizesOf(1 + (int)seed % 3, 2, 2 + (int)seed % 4, 1);
            foreach (var type in ElementType.All)
            {
                var batch = CaseGenerator.Generate(
                    new CaseId(
                        Samples.SharedWeight,
                        Named.Losses.Find("free-target-cross-entropy"),
                        shape,
                        CaseKind.Real,
                        type,
                        seed));
                var exact = GradientOfWy(batch);
                var bound = RoundingErrors.Running(batch).Of(0, "Wy");
                foreach (var evaluation in new[] { Autograd.Differentiate(batch), new OwnBackprop().Differentiate(batch) })
                {
                    for (var j = 0; j < exact.Length; j++)
                    {
                        Assert.That(
                            Math.Abs((double)(exact[j] - Digits.Of(evaluation["Wy"].Values[j]))),
                            Is.LessThanOrEqualTo(bound[j] + 1e-25),
                            $"{batch.NameOf(0)} [{j}]");
                    }
                }
            }
        }
    }

    [TestCase("free-target-cross-entropy", 2)]
    [TestCase("free-target-cross-entropy", 64)]
    [TestCase("huber", 2)]
    [TestCase("huber", 64)]
    public void A_relative_error_of_1e_6_in_one_entry_is_found_under_every_loss(string loss, int size)
    {
        var batch = Samples.Real(Samples.SizesOf(size, size + 1, 3, 4), Named.Losses.Find(loss));
        var derivation = new OwnBackprop().Differentiate(batch);
        derivation["Wh"].Values[1] *= 1 + 1e-6;

        var wrong = Comparison.Of(batch, derivation, Autograd.Differentiate(batch)).Describe(0).Tensors.Where(
            t => t.Verdict != Verdict.Agrees);

        Assert.That(wrong.Select(t => (t.Name, t.Differing)), Is.EqualTo(new[] { ("Wh", 1) }));
    }

    [Test]
    public void Output_of_one_row_is_refused_for_a_softmax_and_left_out_where_other_losses_remain()
    {
        var derivation = new OwnBackprop();
        var softmax =
            new CheckOptions { Losses = [Named.Losses.Find("free-target-cross-entropy")], MaxSize = 1, Cases = 2 };

        Assert.That(
            Assert.Throws<BadInputException>(() => GradientCheck.Run(derivation, softmax)).Message,
            Does.Contain("needs an output of at least 2 rows"));
        Assert.That(
            GradientCheck.Run(derivation, softmax with { Losses = Loss.All }).Suites.Select(s => s.Loss.Name),
            Has.None.EqualTo("free-target-cross-entropy").And.Some.EqualTo("huber"));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-13 * (1 + Math.Abs(a));

    // One example: ∂Wy = G H2ᵀ.
    private static decimal[] GradientOfWy(CaseStack batch)
    {
        var (n, h, m) = (batch.Shape["n"], batch.Shape["h"], batch.Shape["m"]);
        decimal[] Times(string matrix, decimal[] vector, int rows) =>
            [.. Enumerable.Range(0, rows).Select(i => vector.Select((v, k) => Digits.Of(batch[matrix].Values[i * vector.Length + k]) * v).Sum())];
        decimal[] Vector(string name) => [.. batch[name].Values.Select(Digits.Of)];

        var H1 = Times("Wx", Vector("X1"), h);
        decimal[] H2 = [.. Times("Wh", H1, h).Zip(Times("Wx", Vector("X2"), h), (a, b) => a + b)];
        decimal[] exponentials = [.. Times("Wy", H2, m).Select(Digits.Exp)];
        var target = Vector("T");
        return [.. Enumerable.Range(0, m).SelectMany(i => H2.Select(value => (exponentials[i] / exponentials.Sum() * target.Sum() - target[i]) * value))];
    }
}

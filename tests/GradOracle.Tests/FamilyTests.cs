using CsCheck;
using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The rest of the family: untied, stacked, Elman through time, biases, activations.</summary>
[Parallelizable]
public sealed class FamilyTests
{
    private static IEnumerable<string> Networks() => Catalog.Networks.All.Select(n => n.Name);

    [TestCaseSource(nameof(Networks))]
    public void The_hand_written_gradient_of_every_network_agrees_with_autograd(string network)
    {
        var derivation = Catalog.DefaultDerivation(Catalog.Networks.Find(network));

        var result = GradientCheck.Run(derivation, new CheckOptions { Cases = 25, MaxSize = 5 });

        Assert.That(
            result.Verdict,
            Is.EqualTo(Verdict.Agrees),
            () => string.Concat(
                result.Suites.SelectMany(s => s.Findings).Take(2).Select(f => Samples.Text(derivation, f))));
    }

    private static IEnumerable<string> BatchDerivations() =>
        Catalog.Derivations.All.Where(d => d.Name.EndsWith("-batch", StringComparison.Ordinal)).Select(d => d.Name);

    [TestCaseSource(nameof(BatchDerivations))]
    public void Every_derivation_written_for_speed_agrees_with_autograd_too(string derivation)
    {
        var result = GradientCheck.Run(
            Catalog.Derivations.Find(derivation), new CheckOptions { Cases = 12, MaxSize = 6, MaxShapes = 4 });

        Assert.That(
            result.Verdict,
            Is.EqualTo(Verdict.Agrees),
            () => string.Concat(
                result.Suites.SelectMany(s => s.Findings).Take(2).Select(f => Samples.Text(result.Derivation, f))));
    }

    [TestCaseSource(nameof(Networks))]
    public void Independent_oracles_agree_with_autograd_on_every_network(string network)
    {
        var found = Catalog.Networks.Find(network);
        var shape = new Shape(found.Dimensions.Select((d, i) => (d, 2 + i % 2)));
        foreach (var loss in Loss.All)
        {
            var batch = CaseGenerator.Generate(new CaseId(found, loss, shape, CaseKind.Real, ElementType.Float64, 5));
            var panel = CrossCheck.Of(
                batch, 0, Samples.Right(found).Differentiate(batch), Oracle.Ask(batch, Oracle.All.All));
            Assert.That(panel.Groups, Has.Count.EqualTo(1), $"{loss.Name}: {panel.Sentence}");
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void The_contributions_of_every_tensor_sum_to_its_gradient(string network)
    {
        var found = Catalog.Networks.Find(network);
        var shape = new Shape(found.Dimensions.Select(d => (d, 2)));
        var exact = Scenario.MayBeExact(found, Samples.SquaredError);
        var batch = CaseGenerator.Generate(
            new CaseId(
                found, Samples.SquaredError, shape, exact ? CaseKind.Exact : CaseKind.Real, ElementType.Float64, 5));
        var gradients = Autograd.Differentiate(batch);

        foreach (var tensor in Samples.Contributions(batch).GroupBy(c => c.Tensor))
        {
            var sum = tensor.Select(c => c.Gradient).Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]);
            Assert.That(
                sum,
                exact
                    ? Is.EqualTo(gradients[tensor.Key].Values)
                    : Is.EqualTo(gradients[tensor.Key].Values).Within(1e-12),
                tensor.Key);
        }
    }

    [Test]
    public void The_linear_Elman_network_of_two_steps_is_the_shared_weight_network_bit_for_bit() =>
        Samples.Shapes.SelectMany(shape => Gen.ULong.Select(seed => (shape, seed))).Sample(c =>
        {
            var shared = Samples.Exact(c.shape, seed: c.seed);
            var elman = shared.For(Catalog.Networks.Find("elman"), new Shape(c.shape.Dimensions.Prepend(("T", 2))));
            var (one, other) = (Autograd.Differentiate(shared), Autograd.Differentiate(elman));
            var (byHand, byElman) = (
                new OwnBackprop().Differentiate(shared),
                Catalog.Derivations.Find("elman").Differentiate(elman));
            return one.Gradients.All(
                g => g.Values.AsSpan().SequenceEqual(other[g.Name].Values)
                    && g.Values.AsSpan().SequenceEqual(byElman[g.Name].Values)
                    && g.Values.AsSpan().SequenceEqual(byHand[g.Name].Values));
        }, iter: 100);

    [Test]
    public void The_gradients_of_the_untied_weights_are_the_contributions_of_the_tied_one()
    {
        var tied = Samples.Exact(Samples.Unequal);
        var Wx = tied["Wx"];
        var untied = tied.For(Catalog.Networks.Find("untied")) with
        {
            Tensors = [Renamed(Wx, "Wx1"), Renamed(Wx, "Wx2"), .. tied.Tensors.Skip(1)],
        };

        var gradients = Catalog.Derivations.Find("untied").Differentiate(untied);
        var contributions = Samples.Contributions(tied);

        Assert.That(gradients["Wx1"].Values, Is.EqualTo(contributions.Single(c => c.Use == "on X1").Gradient));
        Assert.That(gradients["Wx2"].Values, Is.EqualTo(contributions.Single(c => c.Use == "on X2").Gradient));
        Assert.That(
            gradients["Wx1"].Values.Zip(gradients["Wx2"].Values, (a, b) => a + b),
            Is.EqualTo(new OwnBackprop().Differentiate(tied)["Wx"].Values));
    }

    [Test]
    public void The_slope_of_a_rectifier_at_0_is_0_by_hand_as_in_TorchSharp()
    {
        // a_1 = 0 · x = 0: whatever flows back through it stops.
        var network = Catalog.Networks.Find("elman-relu");
        var shape = new Shape(("T", 1), ("n", 1), ("h", 2), ("m", 1), ("B", 1));
        var batch = CaseGenerator.Generate(
            new CaseId(network, Samples.SquaredError, shape, CaseKind.Exact, ElementType.Float64, 1)).With("Wx", t =>
                [0, 3]).With("X1", t => [1]).With("Wy", t => [5, 7]);

        var (byHand, autograd) = (
            Catalog.Derivations.Find("elman-relu").Differentiate(batch), Autograd.Differentiate(batch));

        Assert.That(autograd["Wx"].Values[0], Is.Zero);
        Assert.That(byHand["Wx"].Values, Is.EqualTo(autograd["Wx"].Values));
        Assert.That(autograd["Wx"].Values[1], Is.Not.Zero);
    }

    [TestCase("elman-tanh", 2)]
    [TestCase("elman-tanh", 8)]
    [TestCase("elman-sigmoid-bias", 16)]
    [TestCase("elman-sequence-tanh-bias", 64)]
    [TestCase("elman-relu", 64)]
    public void A_relative_error_of_1e_6_in_one_entry_is_found_under_activations_too(string network, int size)
    {
        var derivation = new Off(Catalog.Derivations.Find(network));
        var shape = new Shape(("T", 3), ("n", size), ("h", size), ("m", 3), ("B", 4));
        var batch = CaseGenerator.Generate(
            new CaseId(derivation.Network, Samples.SquaredError, shape, CaseKind.Real, ElementType.Float64, 1));

        var wrong = Comparison.Of(derivation, batch).Describe(0).Tensors.Where(t => t.Verdict != Verdict.Agrees);

        Assert.That(wrong.Select(t => (t.Name, t.Differing)), Is.EqualTo(new[] { ("Wh", 1) }));
    }

    [Test]
    public void No_evaluation_under_tanh_or_sigmoid_is_further_from_28_digits_than_half_the_bound(
        [Values("tanh", "sigmoid")] string activation)
    {
        var network = Catalog.Networks.Find($"elman-{activation}");
        for (ulong seed = 0; seed < 40; seed++)
        {
            var shape = new Shape(
                ("T", 1 + (int)seed % 4),
                ("n", 1 + (int)seed % 3),
                ("h", 1 + (int)seed % 5),
                ("m", 2),
                ("B", 1 + (int)seed % 3));
            foreach (var type in ElementType.All)
            {
                var batch = CaseGenerator.Generate(
                    new CaseId(network, Samples.SquaredError, shape, CaseKind.Real, type, seed));
                var exact = DecimalElman.GradientOfWh(batch, activation);
                var bound = RoundingErrors.Running(batch).Of(0, "Wh");
                foreach (var evaluation in new[] { Autograd.Differentiate(batch), Catalog.Derivations.Find(network.Name).Differentiate(batch) })
                {
                    for (var j = 0; j < exact.Length; j++)
                    {
                        Assert.That(
                            Math.Abs((double)(exact[j] - Digits.Of(evaluation["Wh"].Values[j]))),
                            Is.LessThanOrEqualTo(bound[j] + 1e-25),
                            $"{batch.NameOf(0)} [{j}]");
                    }
                }
            }
        }
    }

    [TestCase(1.0, 10.0, 1.0, "overflow at t=310 in both")]
    [TestCase(1e-300, 10.0, 1e50, "overflow at t=290 on the way back in both")]
    public void A_long_recurrence_that_overflows_says_at_which_step_and_blames_nobody(
        double Wx, double Wh, double Wy, string reason)
    {
        var network = Catalog.Networks.Find("elman");
        var shape = new Shape(("T", 400), ("n", 1), ("h", 1), ("m", 1), ("B", 1));
        var batch = CaseGenerator.Generate(
            new CaseId(network, Samples.SquaredError, shape, CaseKind.Real, ElementType.Float64, 1))
            .Map(_ => 1).With("Wx", _ => [Wx]).With("Wh", _ => [Wh]).With("Wy", _ => [Wy]);

        var found = Comparison.Of(Catalog.Derivations.Find("elman"), batch).Describe(0);

        Assert.That(found.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(
            found.Tensors.Prepend(found.Forward).Select(t => t.Reason ?? ""),
            Has.Some.StartWith(reason).And.None.Contains("derivation"));
    }

    [TestCase("shared-weight-tanh", "shared-weight has no activation tanh: those that have are elman-tanh, elman-tanh-bias, elman-sequence-tanh, elman-sequence-tanh-bias.")]
    [TestCase("untied-relu-bias", "untied-bias has no activation relu: those that have are elman-relu, elman-relu-bias, elman-sequence-relu, elman-sequence-relu-bias.")]
    public void An_activation_that_a_network_does_not_have_is_refused_in_a_sentence(string wanted, string sentence) =>
        Assert.That(
            Assert.Throws<BadInputException>(() => Catalog.Networks.Find(wanted))!.Message, Is.EqualTo(sentence));

    [TestCase("T=0", "Size T=0 is out of range")]
    [TestCase("T=-1", "Size T=-1 is out of range")]
    public void No_steps_at_all_are_refused_in_a_sentence(string steps, string sentence)
    {
        var error = Assert.Throws<BadInputException>(
            () => Samples.Case($"elman/squared-error {steps} n=2 h=2 m=1 B=1 exact float64 seed=1"));

        Assert.That(error.Message, Does.Contain(sentence));
    }

    [Test]
    public void A_missing_step_is_diagnosed_by_its_number()
    {
        var network = (ElmanNetwork)Catalog.Networks.Find("elman-quadratic-bias");
        var forgetful = new Forgetful(network);
        var shape = new Shape(("T", 3), ("n", 2), ("h", 3), ("m", 1), ("B", 2));
        var batch = CaseGenerator.Generate(
            new CaseId(network, Samples.SquaredError, shape, CaseKind.Real, ElementType.Float64, 1));

        var diagnosis = FaultLocalization.Of(forgetful, batch)!;

        Assert.That(
            diagnosis.Explanations.Select(e => e.Sentence),
            Is.EqualTo(new[] { "the contribution of Wh at t=2 is missing" }));
    }

    private static TensorStack Renamed(TensorStack stack, string name) =>
        new(name, stack.Count, stack.Sizes, stack.Values);

    /// <summary>A derivation with one entry of Wh off by a millionth of itself.</summary>
    private sealed class Off(Derivation right) : Derivation
    {
        public override string Name => "off";

        public override string Summary => "wrong on purpose";

        public override Network Network => right.Network;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var result = right.Differentiate(batch);
            result["Wh"].Values[1] *= 1 + 1e-6;
            return result;
        }
    }

    /// <summary>Backpropagation through time that forgets the use of Wh at t = 2.</summary>
    private sealed class Forgetful(ElmanNetwork network) : Derivation
    {
        public override string Name => "forgetful";

        public override string Summary => "wrong on purpose";

        public override Network Network => network;

        public override GradientStack Differentiate(CaseStack batch)
        {
            var result = new ElmanBackprop(network).Differentiate(batch);
            var forgotten = Samples.Contributions(batch).Where(c => c is { Tensor: "Wh", Use: "at t=2" });
            foreach (var contribution in forgotten)
            {
                for (var j = 0; j < contribution.Gradient.Length; j++)
                {
                    result["Wh"].Values[j] -= contribution.Gradient[j];
                }
            }

            return result;
        }
    }
}

using GradOracle.Cases;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class OracleTests
{
    private static readonly IOracle[] s_all = [.. Oracle.All.All];
    private static readonly Loss s_absolute = Named.Losses.Find("absolute-error");

    [Test]
    public void On_small_integers_all_oracles_give_the_same_bits([Values("squared-error", "projection")] string loss)
    {
        var batch = CaseGenerator.Generate(
            new CaseId(
                Samples.SharedWeight,
                Named.Losses.Find(loss),
                Samples.Unequal,
                CaseKind.Exact,
                ElementType.Float64,
                1,
                3));
        var answers = Oracle.Ask(batch, s_all);
        foreach (var (oracle, answer, _) in answers.Skip(1))
        {
            foreach (var gradient in answer!.Gradients.Gradients)
            {
                Assert.That(
                    gradient.Values,
                    Is.EqualTo(answers[0].Answer!.Gradients[gradient.Name].Values),
                    $"{oracle.Name} {gradient.Name}");
                // nothing, or the square of the step
                Assert.That(
                    answer.Errors(0, gradient.Name),
                    Is.All.LessThanOrEqualTo(Math.ScaleB(1, -400)),
                    $"{oracle.Name} {gradient.Name}");
            }
        }
    }

    [Test]
    public void On_reals_all_oracles_agree_within_their_errors_and_the_errors_are_small([Values] bool squared)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var batch = Samples.Real(Samples.Unequal, squared ? Samples.SquaredError : Samples.Projection, seed);
            var answers = Oracle.Ask(batch, s_all);
            Assert.That(CrossCheck.Of(batch, 0, null, answers).Groups, Has.Count.EqualTo(1));
            foreach (var (oracle, answer, _) in answers)
            {
                Assert.That(answer!.Errors(0, "Wx").Max(), Is.LessThan(1e-10), oracle.Name);
            }
        }
    }

    [Test]
    public void The_contributions_of_Wx_sum_to_its_gradient_bit_for_bit()
    {
        var batch = Samples.Exact(Samples.Unequal);

        var contributions = Samples.Contributions(batch);

        Assert.That(
            contributions.Select(c => $"{c.Tensor} {c.Use}".TrimEnd()),
            Is.EqualTo(new[] { "Wx on X1", "Wx on X2", "X1", "Wh", "X2", "Wy" }));
        Assert.That(
            contributions.Where(c => c.Tensor == "Wx").Select(c => c.Gradient).Aggregate(
                (a, b) => [.. a.Zip(b, (x, y) => x + y)]),
            Is.EqualTo(Autograd.Differentiate(batch)["Wx"].Values));
    }

    [Test]
    public void Complex_steps_are_not_applicable_to_an_absolute_value_and_do_not_count_as_agreeing()
    {
        var batch = Samples.Exact(Samples.Unequal, s_absolute);

        var panel = CrossCheck.Of(batch, 0, null, Oracle.Ask(batch, s_all));

        Assert.That(
            panel.NotApplicable, Is.EqualTo(new[] { ("complex-step", "an absolute value has no complex derivative") }));
        Assert.That(panel.Sentence, Is.EqualTo("autograd = reverse = rational = central-difference; complex-step not applicable: an absolute value has no complex derivative"));
    }

    [Test]
    public void Differences_at_a_kink_are_not_applicable_and_the_entry_is_named()
    {
        // Ŷ = T: the loss bends in every direction that changes Ŷ.
        var batch = Samples.Exact(
            Samples.SizesOf(1, 1, 1, 1),
            s_absolute).With("T", _ =>
                [0]).With("Wy", _ =>
                    [1]).With("Wh", _ => [0]).With("Wx", _ => [1]).With("X1", _ => [1]).With("X2", _ => [0]);

        var panel = CrossCheck.Of(batch, 0, null, Oracle.Ask(batch, s_all));

        Assert.That(
            panel.NotApplicable.Single(n => n.Oracle == "central-difference").Reason,
            Is.EqualTo("Wh[0,0] is at a kink"));
        Assert.That(panel.Groups, Is.EqualTo(new[] { new[] { "autograd", "reverse", "rational" } }));
    }

    [TestCase(0, "autograd = reverse = rational = central-difference = complex-step: the derivation is the odd one out", "derivation")]
    [TestCase(1, "derivation = reverse = rational = central-difference = complex-step: autograd is the odd one out", "autograd")]
    [TestCase(5, "derivation = autograd = reverse = rational = central-difference: complex-step is the odd one out", "complex-step")]
    public void The_odd_one_out_is_named_whoever_it_is(int wrong, string sentence, string odd)
    {
        var batch = Samples.Exact(Samples.Unequal);
        var right = Autograd.Differentiate(batch);
        var derivation = wrong == 0 ? Wrong(batch) : right;
        var answers = s_all.Select(
            (o, i) => new OracleReply(
                o,
                new OracleAnswer(i + 1 == wrong ? Wrong(batch) : right, (_, t) => new double[right[t].Length]),
                Reason: null)).ToList();

        var panel = CrossCheck.Of(batch, 0, derivation, answers);

        Assert.That((panel.Sentence, panel.OddOneOut), Is.EqualTo((sentence, odd)));
    }

    [Test]
    public void Oracles_that_disagree_with_each_other_alone_are_a_verdict_of_their_own()
    {
        var result = GradientCheck.Run(
            new OwnBackprop(),
            new CheckOptions { Cases = 5, Losses = [Samples.SquaredError], Oracles = [Oracle.All.Find("complex-step"), new Liar()] });

        var finding = result.Suites[0].Findings[0];
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Verdict.OraclesDisagree));
            Assert.That(result.Suites[0].Counts[Verdict.OraclesDisagree], Is.EqualTo(5));
            Assert.That(result.Suites[0].FalseAcceptLog2, Is.Null);
            Assert.That(
                Samples.Text(result.Derivation, finding),
                Does.StartWith("✗ ").And.Match("  autograd = complex-step( = reverse)?: liar is the odd one out\n"));
        });
    }

    [Test]
    public void Differences_of_what_is_no_quadratic_are_extrapolated_within_their_error()
    {
        var batch = Samples.Real(Samples.Unequal).For(new Cubic());

        var answers = Oracle.Ask(batch, [Oracle.All.Find("complex-step"), Oracle.All.Find("central-difference")]);
        var (complex, difference) = (answers[0].Answer!, answers[1].Answer!);

        for (var j = 0; j < complex.Gradients["Wy"].Length; j++)
        {
            Assert.That(
                Math.Abs(complex.Gradients["Wy"].Values[j] - difference.Gradients["Wy"].Values[j]),
                Is.LessThanOrEqualTo(difference.Errors(0, "Wy")[j]));
        }

        Assert.That(difference.Errors(0, "Wy").Max(), Is.InRange(1e-16, 1e-6));
    }

    [Test]
    public void Small_exact_cases_at_and_beside_kinks_never_make_an_oracle_disagree()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            var name = new CaseId(
                Samples.SharedWeight,
                s_absolute,
                Samples.SizesOf(1, 1, 1, 2),
                CaseKind.Exact,
                ElementType.Float64,
                seed,
                2);
            var batch = CaseGenerator.Generate(name);
            Assert.That(CrossCheck.Of(batch, 0, null, Oracle.Ask(batch, s_all)).OraclesAgree, name.ToString());
        }
    }

    [Test]
    public void An_oracle_beside_a_kink_is_right_or_not_applicable()
    {
        for (var exponent = -24.0; exponent <= -4; exponent += 0.1)
        {
            // Ŷ = 0.3 · 0.7 + …: the kink lies 2^exponent away from it.
            var batch = Samples.Real(Samples.SizesOf(1, 1, 1, 1), s_absolute);
            var output = Autograd.Differentiate(batch).Output.Values[0];
            batch = batch.With("T", _ => [output - Math.Pow(2, exponent)]);
            var panel = CrossCheck.Of(batch, 0, null, Oracle.Ask(batch, s_all));
            Assert.That(panel.OraclesAgree, $"2^{exponent}: {panel.Sentence}");
        }
    }

    [Test]
    public void Very_small_entries_do_not_make_an_oracle_disagree(
        [Values(1e-60, 1e-80, 1e-100)] double size, [Values] bool squared)
    {
        var batch = Samples.Real(
            Samples.Unequal, squared ? Samples.SquaredError : Samples.Projection).Map(v => v * size);

        var panel = CrossCheck.Of(batch, 0, null, Oracle.Ask(batch, s_all));

        Assert.That(panel.OraclesAgree, panel.Sentence);
    }

    [Test]
    public void An_oracle_whose_error_covers_both_sides_does_not_take_one()
    {
        var batch = Samples.Exact(Samples.Unequal);
        var (right, wrong) = (Autograd.Differentiate(batch), Wrong(batch));
        var answers = s_all.Select(
            (o, i) => new OracleReply(
                o,
                new OracleAnswer(right, (_, t) => [.. right[t].Values.Select(_ => i == 1 ? 10.0 : 0)]),
                Reason: null)).ToList();

        var panel = CrossCheck.Of(batch, 0, wrong, answers);

        Assert.That(panel.Sentence, Is.EqualTo("autograd = rational = central-difference = complex-step: the derivation is the odd one out; reverse not applicable: its error is too large to tell them apart"));
    }

    private static GradientStack Wrong(CaseStack batch)
    {
        var result = Autograd.Differentiate(batch);
        result["Wh"].Values[1]++;
        return result;
    }

    /// <summary>An oracle that is wrong on purpose.</summary>
    private sealed class Liar : IOracle
    {
        public string Name => "liar";

        public string Summary => "wrong on purpose";

        public string? NotApplicable(CaseStack batch) => null;

        public OracleAnswer Answer(CaseStack batch) =>
            new(Wrong(batch, 0), (_, tensor) => new double[batch[tensor].Length]);

        private static GradientStack Wrong(CaseStack batch, int entry)
        {
            var result = Autograd.Differentiate(batch);
            foreach (var s in Enumerable.Range(0, batch.Count))
            {
                result["Wh"][s][entry]++;
            }

            return result;
        }
    }

    /// <summary>The network with the cube of every entry of Wy.</summary>
    private sealed class Cubic : Renamed
    {
        public override string Name => "cubic";

        public override Node Forward(Inputs x) =>
            x["Wy"].Hadamard(x["Wy"]).Hadamard(x["Wy"]) * (x["Wh"] * (x["Wx"] * x["X1"]) + x["Wx"] * x["X2"]);
    }
}

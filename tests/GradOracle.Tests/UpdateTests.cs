using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.NUnit;
using GradOracle.Oracles;
using GradOracle.Torch;
using GradOracle.Updates;
using GradOracle.Verdicts;
using NUnit.Framework;
using TorchSharp;
using TorchSharp.Modules;

namespace GradOracle.Tests;

/// <summary>Weight updates by hand against torch.optim.SGD.</summary>
public sealed class UpdateTests
{
    private static readonly UpdateRule s_rule = new(1 / 64.0, 0.5, 0.125);
    private static readonly CaseStack s_real = Samples.Real(Samples.Unequal);

    private static IEnumerable<string> Networks() => Catalog.Networks.All.Select(n => n.Name);

    private static IEnumerable<TestCaseData> Mistakes() =>
        UpdateMistake.All.Select(m => new TestCaseData(m).SetName($"Update mistake {m.Name}"));

    [TestCaseSource(nameof(Networks))]
    public void Updates_of_every_network_with_every_loss_agree_with_the_optimiser(string network) =>
        GradientAssert.UpdatesAgree(
            Samples.Right(Catalog.Networks.Find(network)),
            s_rule,
            steps: 4,
            new CheckOptions { Cases = 1, MaxSize = 3, Types = ElementType.All });

    [Test]
    public void A_network_without_parameters_has_nothing_to_update_by_name_or_drawn()
    {
        var network = Network.Define("squares", ["n", "B"], x => x.Input("X", "n", "B").Squared());
        var derivation = Derivation.Of(network, (x, g) => g["X"] = x.OutputGradient(x["X"]), "squares");
        const string sentence = "squares has no parameters: an update moves nothing.";

        Assert.That(
            Assert.Throws<BadInputException>(
                () => UpdateCheck.Replay(
                    derivation, "squares/squared-error n=2 B=3 real float64 seed=1", new UpdateRule(0.01), 2))!.Message,
            Is.EqualTo(sentence));
        Assert.That(
            Assert.Throws<BadInputException>(
                () => UpdateSuite.Run(derivation, new CheckOptions { Cases = 1 }, new UpdateRule(0.01), 2))!.Message,
            Is.EqualTo(sentence));
    }

    [Test]
    public void One_optimiser_kept_over_all_steps_gives_the_same_bits_as_one_for_each_step(
        [Values("float64", "float32")] string type, [Values(0, 0.9)] double momentum, [Values(0, 0.01)] double decay)
    {
        var batch = Samples.Real(Samples.Unequal, type: ElementType.All.Single(t => t.Name == type));
        var rule = new UpdateRule(0.01, momentum, decay);
        var state = UpdateState.Start(batch);
        using var scope = torch.NewDisposeScope();
        var parameters = state.Weights.Select(w => new Parameter(TensorOf(w, batch.Type))).ToList();
        using var kept = torch.optim.SGD(
            parameters, rule.Rate, momentum: rule.Momentum, weight_decay: rule.WeightDecay);
        for (var step = 0; step < 30; step++)
        {
            var gradients = Autograd.Differentiate(state.Case);
            for (var i = 0; i < parameters.Count; i++)
            {
                parameters[i].grad = TensorOf(gradients[state.Weights[i].Name], batch.Type);
            }

            kept.step();
            state = new TorchSgd().Step(state, rule, Autograd.Differentiate);
            foreach (var (parameter, weights) in parameters.Zip(state.Weights))
            {
                var values = new double[weights.Length];
                TorchMemory.Read(parameter.detach(), values);
                Assert.That(weights.Values, Is.EqualTo(values), $"{weights.Name} after step {step + 1}");
            }
        }
    }

    [TestCaseSource(nameof(Mistakes))]
    public void Every_mistake_in_an_update_is_caught_and_named_for_what_it_is(IUpdate mistake)
    {
        foreach (var (network, rule) in new[] { ("shared-weight", s_rule), ("elman-tanh-bias", new UpdateRule(0.01, 0.9, 0.001)) })
        {
            var derivation = Samples.Right(Catalog.Networks.Find(network));
            var shape = new Shape(derivation.Network.Dimensions.Select((d, i) => (d, 2 + i)));
            var batch = CaseGenerator.Generate(
                new CaseId(derivation.Network, Samples.SquaredError, shape, CaseKind.Real, ElementType.Float64, 3));

            var result = UpdateRun.Of(derivation, batch, rule, 5, mistake);

            Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees), network);
            Assert.That(result.FailedAt, Does.Match("^step [12] from the same weights$"), network);
            Assert.That(result.Explanation, Does.StartWith($"diagnosis: {mistake.Summary} (in "), network);
        }
    }

    [Test]
    public void An_update_of_one_weight_in_its_last_place_is_caught_where_the_step_is_exact()
    {
        var batch = CaseGenerator.Generate(
            Samples.Case("shared-weight/squared-error n=2 h=3 m=1 B=2 exact float64 seed=2020 k=1"));

        var right = UpdateRun.Of(new OwnBackprop(), batch, new UpdateRule(1 / 64.0), 1);
        var wrong = UpdateRun.Of(
            new OwnBackprop(),
            batch,
            new UpdateRule(1 / 64.0),
            1,
            new Changed((state, next) => next.Weights[1].Values[2] = Math.BitIncrement(next.Weights[1].Values[2])));

        Assert.That(
            (right.Verdict, right.Steps[0].IsExact, right.Steps[0].ErrorInBounds),
            Is.EqualTo((Verdict.Agrees, true, 0.0)));
        Assert.That(
            wrong.Failure!.Tensors.Where(t => t.Verdict == Verdict.Disagrees).Select(t => (t.Name, t.Differing)),
            Is.EqualTo(new[] { ("Wh", 1) }));
    }

    [Test]
    public void A_rate_that_is_off_is_measured()
    {
        var result = UpdateRun.Of(
            new OwnBackprop(),
            s_real,
            new UpdateRule(1 / 64.0),
            3,
            new Other(rule => rule with { Rate = rule.Rate * 0.75 }));

        Assert.That(result.Explanation, Does.StartWith("diagnosis: the rate is multiplied by 0.75 (in 3 steps)"));
    }

    [Test]
    public void An_update_that_is_wrong_in_no_known_way_has_no_diagnosis()
    {
        var result = UpdateRun.Of(
            new OwnBackprop(), s_real, s_rule, 3, new Changed((_, next) => next.Weights[0].Values[0] += 0.25));

        Assert.That(result.Explanation, Does.StartWith("diagnosis: none"));
    }

    [Test]
    public void Wrong_gradients_are_blamed_on_the_derivation_and_not_on_the_update()
    {
        var result = UpdateRun.Of(Samples.MissingX1Contribution, s_real, s_rule, 2);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Disagrees));
        Assert.That(result.Explanation, Is.EqualTo("the gradients are wrong already (Wx): check the derivation first"));
    }

    [Test]
    public void A_buffer_that_is_wrong_is_caught_though_its_weights_are_right()
    {
        var result = UpdateRun.Of(
            new OwnBackprop(), s_real, s_rule, 1, new Changed((_, next) => next.Buffers[2].Values[0] *= 2));

        Assert.That(
            result.Failure!.Tensors.Where(t => t.Verdict == Verdict.Disagrees).Select(t => t.Name),
            Is.EqualTo(new[] { "v(Wy)" }));
    }

    [Test]
    public void A_run_that_drifts_away_with_steps_that_are_right_each_from_the_same_weights_is_caught()
    {
        // After the first step the runs are one unit in the last place apart, which is allowed; from then on every
        // second call is for the run by hand, and wrong by a millionth.
        var calls = 0;
        var update = new Changed((state, next) =>
        {
            ref var W = ref next.Weights[0].Values[0];
            W = calls++ == 0 ? Math.BitIncrement(W) : calls % 2 == 1 ? W * (1 + 1e-6) : W;
        });

        var result = UpdateRun.Of(new OwnBackprop(), s_real, s_rule, 10, update);

        Assert.That((result.Verdict, result.FailedAt), Is.EqualTo((Verdict.Disagrees, "the whole run after step 2")));
    }

    [Test]
    public void A_weight_that_the_output_does_not_depend_on_decays_all_the_same()
    {
        // With one step in time Wh is never used.
        var derivation = Catalog.Derivations.Find("elman");
        var batch = CaseGenerator.Generate(Samples.Case("elman/squared-error T=1 n=2 h=3 m=2 B=2 real float64 seed=1"));

        var result = UpdateRun.Of(derivation, batch, s_rule, 3);
        var forgotten = UpdateRun.Of(
            derivation,
            batch,
            s_rule,
            3,
            new Changed((state, next) => state.Weights[1].Values.CopyTo(next.Weights[1].Values, 0)));

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees));
        Assert.That(
            forgotten.Failure!.Tensors.Where(t => t.Verdict == Verdict.Disagrees).Select(t => t.Name),
            Is.EqualTo(new[] { "Wh" }));
    }

    [Test]
    public void A_run_that_diverges_says_after_which_step_and_is_no_mismatch()
    {
        var result = UpdateRun.Of(new OwnBackprop(), s_real, new UpdateRule(16), 100);

        Assert.That((result.Verdict, result.Failure), Is.EqualTo((Verdict.NotComparable, (CaseComparison?)null)));
        Assert.That(
            result.Remark,
            Is.EqualTo($"diverges: the loss is not finite after step {result.Steps.Count}; take a smaller rate"));
        Assert.That(result.DivergedAfter, Is.EqualTo(result.Steps.Count).And.LessThan(100));
    }

    [Test]
    public void What_is_not_finite_by_hand_alone_is_a_mismatch_and_no_divergence(
        [Values(double.NaN, double.PositiveInfinity)] double value)
    {
        var result = UpdateRun.Of(
            new OwnBackprop(),
            s_real,
            s_rule,
            5,
            new Changed(
                (state, next) => next.Weights[0].Values[1] = state.Step == 2 ? value : next.Weights[0].Values[1]));

        Assert.That((result.Verdict, result.FailedAt), Is.EqualTo((Verdict.Disagrees, "step 3 from the same weights")));
    }

    [Test]
    public void A_derivation_without_a_gradient_is_not_comparable_and_says_so()
    {
        var result = UpdateRun.Of(new WrongOnPurpose("Wh missing"), s_real, s_rule, 5);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.NotComparable));
        Assert.That(
            result.Failure!.Tensors.Single(t => t.Name == "Wh").Reason, Is.EqualTo("the derivation gives no gradient"));
    }

    [Test]
    public void An_update_that_fails_or_gives_no_state_is_not_comparable_and_says_why()
    {
        var failing = UpdateRun.Of(
            new OwnBackprop(),
            s_real,
            s_rule,
            5,
            new Changed((state, _) => throw new InvalidOperationException("no more memory.")));
        var lacking = UpdateRun.Of(
            new OwnBackprop(), s_real, s_rule, 5, new Replaced(next => next with { Buffers = [] }));
        var misshapen = UpdateRun.Of(
            new OwnBackprop(),
            s_real,
            s_rule,
            5,
            new Replaced(next => next.Next([new TensorStack("Wh", 1, new Sizes(1, 1))], next.Buffers)));

        Assert.That(
            new[] { failing, lacking, misshapen }.Select(r => r.Verdict), Is.All.EqualTo(Verdict.NotComparable));
        Assert.That(
            Reports.UpdateText.Sentence(failing),
            Does.Match(
                "^not comparable with torch.optim.SGD: step 1 from the same weights, Wx: the update failed: "
                + @"InvalidOperationException: no more memory, in UpdateTests.*\(UpdateTests\.cs:\d+\)\.$"));
        Assert.That(
            Reports.UpdateText.Sentence(lacking),
            Does.Contain(", Wx: the update gives no weights or no v of this size."));
        Assert.That(
            Reports.UpdateText.Sentence(misshapen),
            Does.Contain(", Wh: the update gives no weights or no v of this size."));
    }

    [Test]
    public void An_update_that_writes_to_the_state_it_is_given_spoils_nothing_but_itself()
    {
        var result = UpdateRun.Of(
            new OwnBackprop(), s_real, s_rule, 3, new Changed((state, _) => state.Case["X1"].Values.AsSpan().Clear()));

        Assert.That(
            result.ExpectedLosses, Is.EqualTo(UpdateRun.Of(new OwnBackprop(), s_real, s_rule, 3).ExpectedLosses));
    }

    [Test]
    public void A_loss_that_merely_grows_is_told()
    {
        var batch = CaseGenerator.Generate(
            Samples.Case("shared-weight/absolute-error n=2 h=3 m=4 B=5 real float64 seed=2020"));

        var result = UpdateRun.Of(new OwnBackprop(), batch, new UpdateRule(0.5), 2);

        Assert.That(
            (result.Verdict, result.Remark), Is.EqualTo((Verdict.Agrees, "the loss grows: take a smaller rate")));
    }

    [TestCase(-80, "no weight moves: the gradients are zero or the rate is too small, so the run tests nothing")]
    [TestCase(-54, "after the last step the bound is as large as all that ")]
    public void A_run_that_rounding_could_explain_altogether_is_inconclusive(int exponent, string remark)
    {
        var result = UpdateRun.Of(new OwnBackprop(), s_real, new UpdateRule(Math.ScaleB(1, exponent)), 2);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(result.Remark, Does.StartWith(remark));
    }

    [Test]
    public void Two_runs_that_rounding_drives_apart_are_within_the_bound_at_every_step()
    {
        // Momentum over kinks: what the runs are apart by grows a billionfold.
        var batch = CaseGenerator.Generate(
            Samples.Case("elman-sequence-relu/absolute-error T=8 n=6 h=7 m=4 B=5 real float64 seed=2020"));

        var result = UpdateRun.Of(
            Catalog.Derivations.Find("elman-sequence-relu-batch"), batch, new UpdateRule(0.001, 0.9), 200);

        Assert.That(result.Verdict, Is.EqualTo(Verdict.Agrees));
        Assert.That(result.Distance, Is.GreaterThan(1e-13));
        Assert.That(result.Steps.Select(s => s.RunErrorInBounds), Is.All.LessThanOrEqualTo(1.0));
    }

    [Test]
    public void Garbage_collected_on_other_threads_changes_no_step()
    {
        var expected = Train();
        using var stop = new CancellationTokenSource();
        var noise = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.KeepAlive(new byte[1 << 14]);
            }
        })).ToArray();

        var received = Enumerable.Range(0, 2).Select(_ => Train()).ToList();

        stop.Cancel();
        Task.WaitAll(noise);
        Assert.That(received, Is.All.EqualTo(expected));

        static double[] Train()
        {
            var state = UpdateState.Start(s_real);
            var gradients = Autograd.Differentiate(state.Case);
            for (var step = 0; step < 1000; step++)
            {
                state = new TorchSgd().Step(state, s_rule, _ => gradients);
            }

            return [.. state.Weights.SelectMany(w => w.Values)];
        }
    }

    private static torch.Tensor TensorOf(TensorStack stack, ElementType type)
    {
        var tensor = torch.empty(
            1,
            stack.Rows,
            stack.Columns,
            type == ElementType.Float32 ? torch.ScalarType.Float32 : torch.ScalarType.Float64);
        TorchMemory.Write(tensor, stack.Values);
        return tensor;
    }

    /// <summary>The right update, its result changed afterwards.</summary>
    private sealed class Changed(Action<UpdateState, UpdateState> change) : IUpdate
    {
        public string Name => "changed";

        public string Summary => "wrong on purpose";

        public UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate)
        {
            var next = new SgdUpdate().Step(state, rule, differentiate);
            change(state, next);
            return next;
        }
    }

    /// <summary>The right update, its result replaced by another.</summary>
    private sealed class Replaced(Func<UpdateState, UpdateState> change) : IUpdate
    {
        public string Name => "replaced";

        public string Summary => "wrong on purpose";

        public UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate) =>
            change(new SgdUpdate().Step(state, rule, differentiate));
    }

    /// <summary>The right update with another rule.</summary>
    private sealed class Other(Func<UpdateRule, UpdateRule> change) : IUpdate
    {
        public string Name => "another rule";

        public string Summary => "wrong on purpose";

        public UpdateState Step(UpdateState state, UpdateRule rule, Func<CaseStack, GradientStack> differentiate) =>
            new SgdUpdate().Step(state, change(rule), differentiate);
    }
}

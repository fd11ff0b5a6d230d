using CsCheck;
using GradOracle.Bounds;
using GradOracle.Cases;
using GradOracle.Gallery;
using GradOracle.Oracles;
using GradOracle.Updates;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>The bound of a step, and of two runs that are apart, against exact arithmetic.</summary>
[Parallelizable]
public sealed class UpdateBoundTests
{
    private static readonly IUpdate[] s_updates = [new SgdUpdate(), new TorchSgd()];

    private static readonly Gen<UpdateRule> s_rules = Gen.Select(
        Gen.OneOf(0.01, 1 / 64.0, 0.3, 1e-5, 3),
        Gen.OneOf(0, 0.5, 0.9),
        Gen.OneOf(0, 0.125, 1e-4, 3),
        (rate, momentum, decay) => new UpdateRule(rate, momentum, decay));

    [Test]
    public void No_step_is_further_from_the_exact_one_than_half_the_bound() =>
        Gen.Select(Samples.Shapes, Gen.ULong, Gen.OneOf([.. ElementType.All]), Gen.OneOf(0, -10, 4), s_rules)
            .Sample((shape, seed, type, exponent, rule) =>
        {
            var batch = Samples.Real(shape, seed: seed, type: type).Map(v => Math.ScaleB(v, exponent));
            var state = Started(batch, rule);
            var bound = UpdateBound.Of(state, state, Autograd.Differentiate(state.Case), rule);
            var exact = ExactStep(state, rule);
            return s_updates.All(u => IsWithin(u.Step(state, rule, Gradients(u)), exact, bound, 0.5));
        }, iter: 300);

    [Test]
    public void Runs_that_are_apart_stay_within_the_bound_on_that_whatever_they_are_apart_by() =>
        Gen.Select(Samples.Shapes, Gen.ULong, Gen.OneOf([.. ElementType.All]), Gen.OneOf(-50, -20, -8, -3, 0), s_rules)
            .Sample((shape, seed, type, exponent, rule) =>
        {
            var state = Started(Samples.Real(shape, seed: seed, type: type), rule);
            var shift = Samples.Real(shape, seed: seed + 1);
            double Moved(double value, double by) =>
                value + Math.ScaleB(by, exponent) is var moved && type == ElementType.Float32 ? (float)moved : moved;
            var other = state with { Case = UpdateState.With(state.Case, [.. state.Weights.Select(w => w.With([.. w.Values.Zip(shift[w.Name].Values, Moved)]))]) };
            var bound = UpdateBound.Of(state, other, Autograd.Differentiate(state.Case), rule);
            var (here, there) = (ExactStep(state, rule), ExactStep(other, rule));

            // Exact and exact, one evaluation and the other: none apart by more than the bound.
            return s_updates.All(
                u => IsWithin(u.Step(state, rule, Gradients(u)), there, bound, 1)
                    && IsWithin(u.Step(other, rule, Gradients(u)), here, bound, 1));
        }, iter: 300);

    [Test]
    public void Gradients_of_weights_that_are_apart_stay_within_the_running_error_under_tanh_and_sigmoid(
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
            var half = Math.ScaleB(1, -8 - (int)seed);
            // so that half is added exactly
            var middle = CaseGenerator.Generate(
                new CaseId(network, Samples.SquaredError, shape, CaseKind.Real, ElementType.Float64, seed))
                .Map(v => (float)v);
            CaseStack Shifted(double by) => UpdateState.With(
                middle,
                [.. UpdateState.ParametersOf(middle).Select(w => w.With(Array.ConvertAll(w.Values, v => v + by)))]);
            var exact = DecimalElman.GradientOfWh(middle, activation);
            foreach (var batch in new[] { Shifted(half), Shifted(-half) })
            {
                var bound = RoundingErrors.Running(
                    batch,
                    UpdateState.ParametersOf(batch).ToDictionary(
                        w => w.Name, w => Array.ConvertAll(w.Values, _ => half))).Of(0, "Wh");
                var gradient = Catalog.Derivations.Find(network.Name).Differentiate(batch)["Wh"].Values;
                for (var j = 0; j < exact.Length; j++)
                {
                    Assert.That(
                        Math.Abs((double)(exact[j] - Digits.Of(gradient[j]))),
                        Is.LessThanOrEqualTo(bound[j] + 1e-25),
                        $"{batch.NameOf(0)} [{j}]");
                }
            }
        }
    }

    [Test]
    public void What_is_certified_exact_is_exact()
    {
        var certified = new int[4];
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[1, 2], Gen.ULong).Sample((n, h, m, B, seed) =>
        {
            var rule = new UpdateRule(1 / 64.0, 0.5, 0.25);
            var state = UpdateState.Start(
                CaseGenerator.Generate(
                    new CaseId(
                        Samples.SharedWeight,
                        Samples.SquaredError,
                        Samples.SizesOf(n, h, m, B),
                        CaseKind.Exact,
                        ElementType.Float64,
                        seed,
                        2)));
            for (var step = 0; step < 4; step++)
            {
                if (StepCertificate.IsExact(state, rule))
                {
                    Interlocked.Increment(ref certified[step]);
                    var exact = ExactStep(state, rule);
                    if (!s_updates.All(u => u.Step(state, rule, Gradients(u)) is var next
                        && next.Weights.All(
                            w => w.Values.Zip(exact[w.Name].Weights)
                                .All(p => IsSame(p.First, p.Second))) && next.Buffers.All(b =>
                                    b.Values.Zip(exact[b.Name].Buffer)
                                .All(p => IsSame(p.First, p.Second)))))
                    {
                        return false;
                    }
                }

                state = new SgdUpdate().Step(state, rule, new OwnBackprop().Differentiate);
            }

            return true;
        }, iter: 100);
        Assert.That(certified[0], Is.EqualTo(100));
        Assert.That(certified[1], Is.GreaterThan(10)); // from weights that are no integers any more
        Assert.That(certified[3], Is.LessThan(certified[1]));
    }

    [Test]
    public void A_step_that_rounds_is_not_certified(
        [Values("rate", "decay", "momentum", "weights", "network", "float32")] string reason)
    {
        var name = $"{(reason == "network" ? "elman-tanh/squared-error T=2" : "shared-weight/squared-error")} n=2 h=3 m=1 B=2 {(reason == "network" ? "real" : "exact")} float64 seed=1{(reason == "network" ? "" : " k=1")}";
        var state = UpdateState.Start(CaseGenerator.Generate(Samples.Case(name)));
        state = reason == "network" ? state with { Case = state.Case.Map(Math.Round) } : state;
        state = state with { Buffers = [.. state.Weights.Select(w => w.With(Array.ConvertAll(w.Values, _ => 1.0)))] };
        var rule = new UpdateRule(
            reason == "rate" ? 0.01 : 1 / 64.0, reason == "momentum" ? 0.9 : 0.5, reason == "decay" ? 0.1 : 0.25);
        state = reason == "weights"
            ? state with { Case = state.Case.With("Wh", t => [.. t.Values.Select(v => v + 0.1)]) }
            : state;
        state = reason == "float32"
            ? state with { Case = state.Case.Map(v => v * 64) with { Type = ElementType.Float32 } }
            : state;

        Assert.That(StepCertificate.IsExact(state, rule), Is.False);
    }

    // One step from the start, so that there are buffers.
    private static UpdateState Started(CaseStack batch, UpdateRule rule) => new SgdUpdate().Step(
        UpdateState.Start(batch), rule with { Rate = rule.Rate / 1024 }, new OwnBackprop().Differentiate);

    private static Func<CaseStack, GradientStack> Gradients(IUpdate update) =>
        update is TorchSgd ? Autograd.Differentiate : new OwnBackprop().Differentiate;

    private static Dictionary<string, (Dyadic[] Weights, Dyadic[] Buffer)> ExactStep(UpdateState state, UpdateRule rule)
    {
        var gradients = ExactGradient.Of(state.Case);
        return state.Weights.ToDictionary(w => w.Name, w =>
        {
            var earlier = state.Buffers.FirstOrDefault(b => b.Name == w.Name)?.Values;
            var v = w.Values.Select(
                (W, j) =>
                    gradients[w.Name][j] + (Dyadic)rule.WeightDecay * W + (Dyadic)rule.Momentum * (earlier?[j] ?? 0))
                .ToArray();
            return (w.Values.Select((W, j) => W - (Dyadic)rule.Rate * v[j]).ToArray(), v);
        });
    }

    private static bool IsWithin(
        UpdateState next,
        Dictionary<string, (Dyadic[] Weights, Dyadic[] Buffer)> exact,
        UpdateBound bound,
        double share) =>
        next.Weights.All(
            w => w.Values.Select(
                (v, j) => !(exact[w.Name].Weights[j] - v).ExceedsInMagnitude(
                    (Dyadic)bound.OfWeights(w.Name)[j] * share)).All(x => x))
        && next.Buffers.All(
            b => b.Values.Select(
                (v, j) => !(exact[b.Name].Buffer[j] - v).ExceedsInMagnitude((Dyadic)bound.OfBuffer(b.Name)[j] * share))
                .All(x => x));

    private static bool IsSame(double value, Dyadic exact) => !(exact - value).ExceedsInMagnitude(0);
}

using CsCheck;
using GradOracle.Bounds;
using GradOracle.Gallery;
using GradOracle.Networks;
using GradOracle.Oracles;
using GradOracle.Verdicts;
using NUnit.Framework;

namespace GradOracle.Tests;

[Parallelizable]
public sealed class RoundingBoundTests
{
    // γ_K = K u / (1 − K u); where it is 1 or more, M itself may be computed as nothing.
    [TestCase(0.25, 1.0 / 3)]
    [TestCase(0.5, double.PositiveInfinity)]
    [TestCase(0.6, double.PositiveInfinity)]
    [TestCase(0.75, double.PositiveInfinity)]
    [TestCase(1, double.PositiveInfinity)]
    [TestCase(1.5, double.PositiveInfinity)]
    public void So_many_roundings_that_they_may_leave_nothing_are_bounded_by_nothing(double Ku, double gamma)
    {
        var type = ElementType.Float32;
        var K = (int)(Ku / type.UnitRoundoff);
        var bounds = new double[1];
        RoundingBound.Of(K - 1, type, 1).At([1], bounds);

        Assert.That(
            RoundingBound.Gamma(K, type.UnitRoundoff),
            Is.EqualTo(Ku < 1 ? Ku / (1 - Ku) : double.PositiveInfinity).Within(1e-6));
        Assert.That(bounds[0], Is.EqualTo(gamma < 1 ? gamma / (1 - gamma) : gamma).Within(1e-6));
    }

    // Two evaluations may be apart by the bound, so each must be within half of it of the exact value.
    [Test]
    public void No_evaluation_is_further_from_the_exact_gradient_than_half_the_bound()
    {
        Derivation[] derivations = [new OwnBackprop(), new SharedWeightBatchBackprop()];
        Gen.Select(Samples.Shapes, Gen.ULong, Gen.OneOf([.. ElementType.All]), Gen.OneOf(0, -30, 30, -140))
            .Sample((shape, seed, type, exponent) =>
        {
            // Other scales too: at 2^-140 products of float32 entries underflow.
            var batch = Samples.Real(shape, seed: seed, type: type).Map(
                v => Math.ScaleB(v, type == ElementType.Float32 ? exponent / 4 : exponent));
            var exact = ExactGradient.Of(batch);
            var bounds = Bounds(batch);
            foreach (var evaluation in derivations.Select(d => d.Differentiate(batch)).Append(Autograd.Differentiate(batch)))
            {
                foreach (var tensor in evaluation.Gradients.Append(evaluation.Output))
                {
                    for (var j = 0; j < tensor.Length; j++)
                    {
                        if ((exact[tensor.Name][j] - tensor.Values[j]).ExceedsInMagnitude(bounds[tensor.Name][j]))
                        {
                            return false;
                        }
                    }
                }
            }

            return true;
        }, iter: 400);
    }

    [Test]
    public void Wide_and_flat_shapes_stay_within_the_bound_too() =>
        Gen.Select(
            Gen.OneOf(
                Samples.SizesOf(30, 1, 1, 1),
                Samples.SizesOf(40, 2, 1, 2),
                Samples.SizesOf(1, 2, 20, 3),
                Samples.SizesOf(2, 1, 3, 30)),
            Gen.ULong).Sample((shape, seed) =>
        {
            var comparison = Comparison.Of(new OwnBackprop(), Samples.Real(shape, seed: seed));
            return comparison.Judge(0) is { Verdict: Verdict.Agrees, ErrorInBounds: < 1 };
        }, iter: 200);

    [Test]
    public void A_relative_error_of_1e_6_in_one_entry_is_found_up_to_size_64([Values(2, 8, 64)] int size)
    {
        var batch = Samples.Real(Samples.SizesOf(size, size + 1, size - 1, size), seed: 3);

        var comparison = Comparison.Of(new Sabotaged(g => g["Wh"].Values[1] *= 1 + 1e-6), batch).Describe(0);

        Assert.That(
            comparison.Tensors.Where(t => t.Verdict != Verdict.Agrees).Select(t => (t.Name, t.Differing)),
            Is.EqualTo(new[] { ("Wh", 1) }));
    }

    [Test]
    public void Where_the_bound_is_as_large_as_the_gradient_the_verdict_is_inconclusive()
    {
        // A target one unit in the last place from the output leaves nothing of G but rounding.
        var batch = Samples.Real(Samples.Unequal);
        batch = batch.With("T", _ => Array.ConvertAll(Autograd.Differentiate(batch).Output.Values, Math.BitIncrement));

        var comparison = Comparison.Of(new OwnBackprop(), batch).Describe(0);

        Assert.That(comparison.Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(
            comparison.Tensors.Select(t => t.Reason),
            Has.Some.EqualTo("the rounding bound is as large as the gradient itself"));
    }

    [Test]
    public void Underflow_behind_a_small_constant_factor_is_no_disagreement([Values(64, 256)] int size)
    {
        var loss = Named.Losses.Find("mean-squared-error");
        foreach (var type in ElementType.All)
        {
            var batch = Samples.Real(Samples.SizesOf(1, 1, size, size), loss, type: type).Map(_ => 0)
                .With("Wy", t => [.. t.Values.Select(_ => 1.0)]).With("X2", t => [.. t.Values.Select(_ => 1.0)])
                .With("T", t => [.. t.Values.Select(_ => -0.5 * size * size * type.SmallestPositive)]);

            Assert.That(
                Comparison.Of(new OwnBackprop(), batch).Judge(0).Verdict,
                Is.LessThanOrEqualTo(Verdict.Inconclusive),
                $"{type}");
        }
    }

    [Test]
    public void A_wrong_entry_whose_majorant_is_zero_never_agrees_however_wide_the_bound()
    {
        var batch = Samples.Real(Samples.SizesOf(1, 1, 1, 1), Samples.Projection);
        foreach (var (name, value) in new[] { ("Wx", 0), ("X1", 0), ("X2", 0), ("Wh", 1e200), ("Wy", 1e-100), ("V", 1e150) })
        {
            batch = batch.With(name, _ => [value]);
        }

        Assert.That(
            Comparison.Of(new Sabotaged(g => g["Wx"].Values[0] = 12345), batch).Judge(0).Verdict,
            Is.Not.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void A_gradient_that_must_be_zero_agrees_with_zero()
    {
        var batch = Samples.Real(Samples.Unequal).With("X1", t => new double[t.Values.Length]);

        Assert.That(Comparison.Of(new OwnBackprop(), batch).Describe(0).Verdict, Is.EqualTo(Verdict.Agrees));
    }

    [Test]
    public void Where_the_majorant_overflows_the_verdict_is_never_agrees()
    {
        // Finite gradients, for every large entry meets a zero; the majorant of the raised case does not see the zeros.
        var batch = Samples.Real(Samples.Unequal).With(
            "Wx", t => [.. t.Values.Select(v => v * 1e200)]).With("Wh", t => [.. t.Values.Select(v => v * 1e200)]);

        var verdict = Comparison.Of(new OwnBackprop(), batch).Judge(0).Verdict;

        Assert.That(verdict, Is.Not.EqualTo(Verdict.Agrees));
    }

    [TestCase(1, 0.25, 1.0 / 3)]
    [TestCase(3, 0.125, 0.6)]
    [TestCase(8, 0.125, double.PositiveInfinity)]
    public void Gamma_is_Ku_over_1_minus_Ku_and_infinite_from_Ku_equal_1_on(int K, double u, double gamma) =>
        Assert.That(RoundingBound.Gamma(K, u), Is.EqualTo(gamma).Within(1e-15));

    private static Dictionary<string, Dyadic[]> Bounds(CaseStack batch)
    {
        var errors = RoundingErrors.Of(batch);
        return batch.Scenario.Differentiated.Select(t => t.Name).Append(Scenario.OutputName)
            .ToDictionary(t => t, t => errors[t, 0].ToArray().Select(error => (Dyadic)error).ToArray());
    }
}

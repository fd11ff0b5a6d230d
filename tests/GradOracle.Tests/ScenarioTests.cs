using CsCheck;
using GradOracle.Networks;
using GradOracle.Oracles;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class ScenarioTests
{
    // K by hand: a contraction costs its length, an addition one; the squared error adds its subtraction,
    // its half, and a product and an addition for d·d.
    [Test]
    public void The_rounding_counts_read_off_the_graph_are_those_counted_by_hand() =>
        Samples.Shapes.Sample(shape =>
        {
            var (n, h, m, B) = (shape["n"], shape["h"], shape["m"], shape["B"]);
            var scenario = new Scenario(Samples.SharedWeight, Samples.SquaredError, shape);
            var (H1, H2) = (n, n + 1 + (h + n - 1)); // H1 and a product, and one sum of h + n terms
            var Y = H2 + h;
            var G = Y + 1 + 1 + 1 + 1;
            var D2 = G + m;
            var D1 = D2 + h;
            return scenario.RoundingsOf("Ŷ") == Y
                && scenario.RoundingsOf("Wx") == Math.Max(D1, D2) + 1 + (2 * B - 1) // one sum of 2 B terms
                && scenario.RoundingsOf("Wh") == D2 + H1 + B
                && scenario.RoundingsOf("Wy") == G + H2 + B
                && scenario.RoundingsOf("X1") == D1 + h
                && scenario.RoundingsOf("X2") == D2 + h;
        }, iter: 100);

    [TestCase("squared-error", 7)]
    [TestCase("mean-squared-error", 7)]
    [TestCase("projection", 4)]
    public void The_degree_is_that_of_the_gradient_as_a_polynomial(string loss, int degree) =>
        Assert.That(
            new Scenario(Samples.SharedWeight, Named.Losses.Find(loss), Samples.Unequal).Degree, Is.EqualTo(degree));

    [Test]
    public void The_magnitude_is_the_largest_whose_majorant_stays_on_the_lattice() =>
        Gen.Select(Samples.Shapes, Gen.OneOf([.. ElementType.All])).Sample((shape, type) =>
        {
            var k = new Scenario(Samples.SharedWeight, Samples.SquaredError, shape).RangeOf(type);
            return (k == 0 || HalvedMajorant(shape, k) < type.LatticeLimit)
                && HalvedMajorant(shape, k + 1) >= type.LatticeLimit;
        }, iter: 60);

    [Test]
    public void Every_exact_gradient_is_exact() =>
        Gen.Select(Samples.Shapes, Gen.ULong).Sample((shape, seed) =>
        {
            var batch = Samples.Exact(shape, seed: seed);
            var autograd = Autograd.Differentiate(batch);
            var exact = ExactGradient.Of(batch);
            return autograd.Gradients.All(g => g.Values.Select(v => (Dyadic)v).SequenceEqual(exact[g.Name]));
        }, iter: 100);

    [Test]
    public void A_mean_over_a_number_that_is_no_power_of_two_has_no_exact_cases() =>
        Assert.Multiple(() =>
        {
            var loss = Named.Losses.Find("mean-squared-error");
            Assert.That(
                new Scenario(Samples.SharedWeight, loss, Samples.SizesOf(2, 3, 4, 2)).RangeOf(ElementType.Float64),
                Is.GreaterThan(1));
            Assert.That(
                new Scenario(Samples.SharedWeight, loss, Samples.SizesOf(2, 3, 4, 3)).RangeOf(ElementType.Float64),
                Is.Zero);
        });

    // In units of the lattice: the squared error has halves on its way.
    private static double HalvedMajorant(Shape shape, int k)
    {
        var scenario = new Scenario(Samples.SharedWeight, Samples.SquaredError, shape);
        var values = scenario.Majorant.Of(
            1,
            leaf => leaf.Operands.Count > 0
                ? null
                : leaf.Name is null
                ? null
                : [.. Enumerable.Repeat((double)k, leaf.Sizes.Length)]);
        return 2 * scenario.Majorant.Results.Skip(1).Max(result => values[result].Max());
    }
}

using CsCheck;
using GradOracle.Cases;
using GradOracle.Oracles;
using NUnit.Framework;

namespace GradOracle.Tests;

public sealed class CertificateTests
{
    // K by hand: a contraction costs its length, an addition one; the squared error adds its subtraction,
    // its half, and a product and an addition for d·d.
    [Test]
    public void The_rounding_counts_read_off_the_tape_are_those_counted_by_hand() =>
        Samples.Shapes.Sample(shape =>
        {
            var (n, h, m, B) = (shape["n"], shape["h"], shape["m"], shape["B"]);
            var certificate = Certificate.Of(Samples.SharedWeight, Samples.SquaredError, shape, ElementType.Float64);
            var (H1, H2) = (n, Math.Max(n, n + h) + 1);
            var Y = H2 + h;
            var G = Y + 1 + 1 + 1 + 1;
            var D2 = G + m;
            var D1 = D2 + h;
            return certificate.Roundings("Ŷ") == Y
                && certificate.Roundings("Wx") == Math.Max(D1 + B, D2 + B) + 1
                && certificate.Roundings("Wh") == D2 + H1 + B
                && certificate.Roundings("Wy") == G + H2 + B
                && certificate.Roundings("X1") == D1 + h
                && certificate.Roundings("X2") == D2 + h;
        }, iter: 100);

    [TestCase("squared-error", 7)]
    [TestCase("mean-squared-error", 7)]
    [TestCase("projection", 4)]
    public void The_degree_is_that_of_the_gradient_as_a_polynomial(string loss, int degree) =>
        Assert.That(Certificate.Of(Samples.SharedWeight, Registry.Losses.Find(loss), Samples.Unequal, ElementType.Float64).Degree, Is.EqualTo(degree));

    [Test]
    public void The_magnitude_is_the_largest_whose_majorant_stays_on_the_lattice() =>
        Gen.Select(Samples.Shapes, Gen.OneOf([.. ElementType.All])).Sample((shape, type) =>
        {
            var k = Certificate.Of(Samples.SharedWeight, Samples.SquaredError, shape, type).Magnitude;
            return (k == 0 || HalvedMajorant(shape, k) < type.LatticeLimit) && HalvedMajorant(shape, k + 1) >= type.LatticeLimit;
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
            var loss = Registry.Losses.Find("mean-squared-error");
            Assert.That(Certificate.Of(Samples.SharedWeight, loss, Samples.SizesOf(2, 3, 4, 2), ElementType.Float64).Magnitude, Is.GreaterThan(1));
            Assert.That(Certificate.Of(Samples.SharedWeight, loss, Samples.SizesOf(2, 3, 4, 3), ElementType.Float64).Magnitude, Is.Zero);
        });

    // In units of the lattice: the squared error has halves on its way.
    private static double HalvedMajorant(Shape shape, int k)
    {
        var majorant = Autograd.Majorant(Samples.Exact(shape).Map(_ => k));
        return 2 * majorant.Gradients.Max(g => g.Values.Max());
    }
}

using CsCheck;
using GradOracle.Oracles;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Laws that hold for every input, checked without any oracle, on integers: with equality.</summary>
public sealed class LawTests
{
    private static readonly OwnBackprop s_backprop = new OwnBackprop();
    private static readonly Gen<CaseStack> s_projected =
        Gen.Select(Samples.Shapes, Gen.ULong, (shape, seed) => Small(Samples.Exact(shape, Samples.Projection, seed)));

    [Test]
    public void Gradients_are_linear_in_the_output_gradient() =>
        Gen.Select(s_projected, Gen.Int[-5, 5], Gen.ULong).Sample((batch, factor, seed) =>
        {
            var other = batch.With("V", t => Small(Samples.Exact(batch.Shape, Samples.Projection, seed))["V"].Values);
            var combined = batch.With("V", t => [.. t.Values.Zip(other["V"].Values, (v, w) => factor * v + w)]);
            var (g, o, c) = (
                s_backprop.Differentiate(batch), s_backprop.Differentiate(other), s_backprop.Differentiate(combined));
            return c.Gradients.All(
                t => t.Values.SequenceEqual(g[t.Name].Values.Zip(o[t.Name].Values, (v, w) => factor * v + w)));
        }, iter: 300);

    [Test]
    public void The_tied_gradient_is_the_sum_of_the_contributions_through_X1_and_through_X2() =>
        s_projected.Sample(batch =>
        {
            var throughX1 = s_backprop.Differentiate(batch.With("X2", t => new double[t.Length]))["Wx"].Values;
            var throughX2 = s_backprop.Differentiate(batch.With("X1", t => new double[t.Length]))["Wx"].Values;
            return s_backprop.Differentiate(batch)["Wx"].Values.SequenceEqual(
                throughX1.Zip(throughX2, (a, b) => a + b));
        }, iter: 300);

    // Ŷ is linear in Wx, so the directional derivative along v is the output at Wx = v: the same for Wh alone where X2
    // = 0, and for Wy.
    [TestCase("Wx")]
    [TestCase("Wy")]
    public void The_gradient_is_the_adjoint_of_the_forward(string parameter) =>
        Gen.Select(s_projected, Gen.ULong).Sample((batch, seed) =>
        {
            var direction = Small(Samples.Exact(batch.Shape, Samples.Projection, seed))[parameter];
            var along = batch.With(parameter, _ => direction.Values);
            return Samples.Dot(batch["V"], ReverseMode.Differentiate(along).Output) == Samples.Dot(
                s_backprop.Differentiate(batch)[parameter], direction);
        }, iter: 300);

    // The laws add and multiply a few cases: keep them well inside the lattice.
    private static CaseStack Small(CaseStack batch) => batch.Map(v => Math.IEEERemainder(v, 16));
}

using System.Numerics.Tensors;

namespace GradOracle.Updates;

/// <summary>Whether one step of updates is exact, so that two right ones give the same bits.</summary>
/// <remarks>
/// Every finite entry is a multiple of some 2⁻ᵉ. From the e of every tensor the graph finds that of every partial sum
/// on the way to the gradients, as it does for integers; the majorant, run on tensors filled with their largest entry
/// (or their unit, if that is larger), bounds every partial sum, for counted in units of its lattice nothing grows
/// smaller along the chain. Then <c>λ W</c>, <c>μ v</c> and <c>η v</c> refine the lattice by the exponents of λ, μ and
/// η. While all of it stays below 2⁵³ (2²⁴) units, nothing is rounded, in any order and with or without fused
/// operations. A rate like 0.01 is a multiple of 2⁻⁵⁹ only, and so fits never.
/// </remarks>
internal static class StepCertificate
{
    public static bool IsExact(UpdateState state, UpdateRule rule)
    {
        var limit = state.Case.Type.LatticeLimit;
        var lattice = state.Case.Tensors.ToDictionary(t => t.Name, t => t.Values.Max(ExponentOf));
        if (lattice.Values.Any(e => Math.ScaleB(1, e) >= limit))
        {
            return false; // a product with anything is finer still
        }

        var scenario = state.Case.Scenario;
        var counts = scenario.CountsOf(name => lattice[name]);
        var largest = scenario.Majorant.Largest(leaf => Filling(state.Case[leaf.Name!], lattice[leaf.Name!]));
        List<Sum> results = [.. largest.Zip(counts, (magnitude, count) => new Sum(magnitude, count.FractionBits))];
        if (!results.TrueForAll(result => result.Fits(limit)))
        {
            return false;
        }

        return state.Weights.All(weights =>
        {
            var W = new Sum(TensorPrimitives.MaxMagnitude(weights.Values), lattice[weights.Name]);
            var g = results[scenario.PlaceOf(weights.Name) + 1].Plus(W.Times(rule.WeightDecay));
            var v = state.Buffers.FirstOrDefault(b => b.Name == weights.Name)?.Values is { } earlier
                ? g.Plus(new Sum(TensorPrimitives.MaxMagnitude(earlier), earlier.Max(ExponentOf)).Times(rule.Momentum))
                : g;
            return g.Fits(limit) && v.Fits(limit) && W.Plus(v.Times(rule.Rate)).Fits(limit);
        });
    }

    // The largest entry, or the unit of its lattice where that is larger: nothing grows smaller along the chain.
    private static double Filling(TensorStack stack, int exponent) =>
        Math.Max(Math.ScaleB(1, -exponent), Math.Abs(TensorPrimitives.MaxMagnitude(stack.Values)));

    /// <summary>The smallest e ≥ 0 for which a number is a multiple of 2⁻ᵉ.</summary>
    private static int ExponentOf(double value)
    {
        if (double.IsInteger(value))
        {
            return 0;
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7FF);
        var significand = exponent == 0 ? bits & 0xFFFFFFFFFFFFF : bits & 0xFFFFFFFFFFFFF | 1L << 52;
        return 1075 - Math.Max(exponent, 1) - (int)long.TrailingZeroCount(significand);
    }

    /// <summary>A sum of multiples of 2⁻ᵉ whose absolute values add up to no more than a magnitude; e &lt; 0: of no
    /// power of two.</summary>
    private readonly record struct Sum(double Magnitude, int Exponent)
    {
        public Sum Plus(Sum other) => new(
            Math.Abs(Magnitude) + Math.Abs(other.Magnitude),
            Exponent < 0 || other.Exponent < 0 ? -1 : Math.Max(Exponent, other.Exponent));

        public Sum Times(double factor) => factor == 0
            ? default
            : new(Math.Abs(Magnitude * factor), Exponent < 0 ? -1 : Exponent + ExponentOf(factor));

        // An exponent that a number of the type can still have, too.
        public bool Fits(double limit) =>
            Exponent >= 0 && Exponent < 126 && Math.ScaleB(Math.Abs(Magnitude), Exponent) < limit;
    }
}

using System.Numerics.Tensors;
using GradOracle.Cases;
using GradOracle.Updates;

namespace GradOracle.Oracles;

/// <summary>Whether one step of updates is exact, so that two right ones give the same bits.</summary>
/// <remarks>
/// Every finite entry is a multiple of some 2⁻ᵉ. From the e of every tensor the tape finds that of every partial sum on the way to the gradients, as it does for
/// integers; the majorant, run on tensors filled with their largest entry (or their unit, if that is larger), bounds every partial sum, for counted in units of its lattice nothing
/// grows smaller along the chain. Then <c>λ W</c>, <c>μ v</c> and <c>η v</c> refine the lattice by the exponents of λ, μ and η. While all of it stays below 2⁵³ (2²⁴) units,
/// nothing is rounded, in any order and with or without fused operations. A rate like 0.01 is a multiple of 2⁻⁵⁹ only, and so fits never.
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

        var filled = state.Case with { Tensors = [.. state.Case.Tensors.Select(t => Filled(t, Math.ScaleB(1, -lattice[t.Name])))] };
        var isExact = true;
        Autograd.Majorant(filled, (tape, output, entries) =>
        {
            tape.CountBackward(entries);
            isExact = new Sum(Largest(output), output.Forward.Halvings).Fits(limit);
            foreach (var leaf in state.Case.Network.Differentiated(state.Case.Shape).Select(s => tape.UsedLeaf(s.Name)).OfType<TorchMatrix>())
            {
                isExact &= new Sum(Largest(leaf, ofGradient: true), leaf.Adjoint?.Halvings ?? 0).Fits(limit);
            }

            foreach (var weights in state.Weights.TakeWhile(_ => isExact))
            {
                var leaf = tape.UsedLeaf(weights.Name);
                var W = new Sum(TensorPrimitives.MaxMagnitude(weights.Values), lattice[weights.Name]);
                var g = new Sum(leaf is null ? 0 : Largest(leaf, ofGradient: true), leaf?.Adjoint?.Halvings ?? 0).Plus(W.Times(rule.WeightDecay));
                var v = state.Buffers.FirstOrDefault(b => b.Name == weights.Name)?.Values is { } earlier
                    ? g.Plus(new Sum(TensorPrimitives.MaxMagnitude(earlier), earlier.Max(ExponentOf)).Times(rule.Momentum))
                    : g;
                isExact &= g.Fits(limit) && v.Fits(limit) && W.Plus(v.Times(rule.Rate)).Fits(limit);
            }
        }, lattice);
        return isExact;
    }

    private static double Largest(TorchMatrix step, bool ofGradient = false)
    {
        var values = new double[step.Rows * step.Columns];
        if (!ofGradient || step.Tensor.grad is not null)
        {
            TorchMemory.Read(ofGradient ? step.Tensor.grad! : step.Tensor, values);
        }

        return TensorPrimitives.Max<double>(values); // not a number if any is not
    }

    private static TensorStack Filled(TensorStack stack, double unit)
    {
        var filled = new TensorStack(stack.Name, stack.Count, stack.Rows, stack.Columns);
        filled.Values.AsSpan().Fill(Math.Max(unit, Math.Abs(TensorPrimitives.MaxMagnitude(stack.Values))));
        return filled;
    }

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

    /// <summary>A sum of multiples of 2⁻ᵉ whose absolute values add up to no more than a magnitude; e &lt; 0: of no power of two.</summary>
    private readonly record struct Sum(double Magnitude, int Exponent)
    {
        public Sum Plus(Sum other) => new(Math.Abs(Magnitude) + Math.Abs(other.Magnitude), Exponent < 0 || other.Exponent < 0 ? -1 : Math.Max(Exponent, other.Exponent));

        public Sum Times(double factor) => factor == 0 ? default : new(Math.Abs(Magnitude * factor), Exponent < 0 ? -1 : Exponent + ExponentOf(factor));

        // An exponent that a number of the type can still have, too.
        public bool Fits(double limit) => Exponent >= 0 && Exponent < 126 && Math.ScaleB(Math.Abs(Magnitude), Exponent) < limit;
    }
}

using System.Numerics;
using GradOracle.Bounds;
using GradOracle.Graphs;
using GradOracle.Networks;

namespace GradOracle.Oracles;

/// <summary>The complex-step derivative: <c>∂L/∂x = Im L(x + i s) / s</c>, one entry at a time.</summary>
/// <remarks>
/// There is no difference and so no cancellation: with s = 2⁻³⁰⁰ the error of the formula, of order s², is far below
/// rounding, and on exact cases that is all there is, since s is a power of two (Squire and Trapp, "Using complex
/// variables to estimate derivatives of real functions", SIAM Review 40, 1998). It needs a loss that is analytic: an
/// absolute value or a maximum has no complex derivative.
/// </remarks>
internal sealed class ComplexStep : IOracle
{
    private static readonly double s_step = Math.ScaleB(1, -300);

    // s² L‴/6 with s = 2⁻³⁰⁰: on the lattice |L| < 2¹⁰⁶, and L‴ is at most d³ times as large.
    private static readonly double s_secondOrder = Math.ScaleB(1, -400);

    public string Name => "complex-step";

    public string Summary => "Im L(x + i s) / s on the forward graph, one entry at a time: no cancellation";

    public string? NotApplicable(CaseStack batch) =>
        !batch.Network.HasGraph ? TorchStatement.NoGraph
        : batch.Scenario.WhyNot(NumberSystem.Complex) is { } kink ? $"{kink} has no complex derivative" : null;

    public OracleAnswer Answer(CaseStack batch)
    {
        var losses = new double[batch.Count];
        var result = new GradientStack(batch) { Losses = losses };
        for (var s = 0; s < batch.Count; s++)
        {
            var loss = new Perturbed<Complex>(batch, s, v => new Complex(v, 0));
            losses[s] = loss.Describe(result, v => v.Real);
            foreach (var gradient in result.Gradients)
            {
                for (var j = 0; j < gradient.Length; j++)
                {
                    gradient[s][j] = loss.At(gradient.Name, j, v => new Complex(v.Real, s_step)).Imaginary / s_step;
                }
            }
        }

        var errors = RoundingErrors.Of(batch, RoundingsOf);
        return new(result, (s, tensor) =>
        {
            var left = batch.Kind == CaseKind.Exact
                ? s_secondOrder
                : RoundingsOf(tensor) * ElementType.Float64.SmallestPositive / s_step * Math.Max(1, batch.LargestMagnitude());
            var error = errors.Of(s, tensor);
            return Array.ConvertAll(error, e => e + left);
        });

        // A product of complex numbers rounds twice, and every term passes the forward pass, its derivative and the
        // loss.
        int RoundingsOf(string tensor)
        {
            var scenario = batch.Scenario;
            return 2 * (scenario.RoundingsOf(tensor) + scenario.RoundingsOf(Scenario.OutputName))
                + scenario.Output.Sizes.Length
                + 2;
        }
    }
}

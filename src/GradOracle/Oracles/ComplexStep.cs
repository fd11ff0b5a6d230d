using System.Numerics;
using GradOracle.Cases;

namespace GradOracle.Oracles;

/// <summary>The complex-step derivative, on the MathNet statement: <c>∂L/∂x = Im L(x + i s) / s</c>, one entry at a time.</summary>
/// <remarks>
/// There is no difference and so no cancellation: with s = 2⁻³⁰⁰ the error of the formula, of order s², is far below rounding, and on exact cases
/// that is all there is, since s is a power of two (Squire and Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40, 1998).
/// It needs a loss that is analytic: an absolute value or a maximum has no complex derivative.
/// </remarks>
public sealed class ComplexStep : IGradientOracle
{
    private static readonly double s_step = Math.ScaleB(1, -300);

    /// <inheritdoc/>
    public string Name => "complex-step";

    /// <inheritdoc/>
    public string Summary => "Im L(x + i s) / s on the MathNet statement, one entry at a time: no cancellation";

    /// <inheritdoc/>
    public string? NotApplicable(CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Certificate.Of(batch.Network, batch.Loss, batch.Shape, batch.Type).Kink is { } kink ? $"{kink} has no complex derivative" : null;
    }

    /// <inheritdoc/>
    public OracleAnswer Answer(CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var errors = new OracleErrors(batch);
        var result = Perturbation<Complex>.OfEveryEntry(batch, (x, entry, evaluate) =>
        {
            var value = entry.Value;
            entry.Value = new Complex(value.Real, s_step);
            var derivative = evaluate().Imaginary / s_step;
            entry.Value = value;
            return derivative;
        });
        return new(result, (s, tensor) => errors.OfComplexSteps(s, tensor, s_step));
    }
}

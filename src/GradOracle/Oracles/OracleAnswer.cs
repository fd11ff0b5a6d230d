using GradOracle.Cases;
using GradOracle.Verdicts;

namespace GradOracle.Oracles;

/// <summary>What an oracle says of a batch.</summary>
/// <param name="Gradients">The gradients.</param>
/// <param name="Errors">How far each entry of a case's gradient may be from the exact one.</param>
/// <param name="NotApplicable">Why the gradients are not to be trusted after all, found while computing them; null otherwise.</param>
public sealed record OracleAnswer(GradientBatch Gradients, Func<int, string, double[]> Errors, string? NotApplicable = null);

/// <summary>How far computed gradients of a batch may be from the exact ones: nothing on exact cases, rounding on real ones.</summary>
internal sealed class OracleErrors(CaseBatch batch)
{
    private readonly Certificate _certificate = Certificate.Of(batch.Network, batch.Loss, batch.Shape, batch.Type);
    private readonly GradientBatch? _majorant = batch.Kind != CaseKind.Real ? null
        : Certificate.Of(batch.Network, batch.Loss, batch.Shape, batch.Type).NeedsRunningError ? RunningError.Of(batch) : Autograd.Majorant(batch);
    private readonly int _entries = batch.Network.Output(batch.Shape) is var (rows, columns) ? rows * columns : 0;

    // s² L‴/6 with s = 2⁻³⁰⁰: on the lattice |L| < 2¹⁰⁶, and L‴ is at most d³ times as large.
    private static readonly double s_secondOrder = Math.ScaleB(1, -400);

    /// <summary>One evaluation with matrix products.</summary>
    public double[] OfRoundings(int index, string tensor) => Of(index, tensor, _certificate.Roundings(tensor));

    /// <summary>One evaluation in complex numbers: a product of them rounds twice, and every term passes the forward pass, its derivative and the loss.</summary>
    /// <remarks>An imaginary part that underflows loses up to the smallest number, which the division by the step makes larger.</remarks>
    public double[] OfComplexSteps(int index, string tensor, double step)
    {
        var roundings = 2 * (_certificate.Roundings(tensor) + _certificate.Roundings(Certificate.OutputName)) + _entries + 2;
        var left = batch.Kind == CaseKind.Exact ? s_secondOrder : roundings * ElementType.Float64.SmallestPositive / step * Math.Max(1, batch.LargestMagnitude());
        return Array.ConvertAll(Of(index, tensor, roundings), error => error + left);
    }

    /// <summary>What rounding may do to the loss of each case when one entry of a tensor is shifted by up to 2; by an integer, that is nothing where the loss stays on the lattice.</summary>
    public IReadOnlyList<(double ByAnInteger, double ByAny)> OfLosses(string tensor)
    {
        if (_certificate.NeedsRunningError)
        {
            // An estimate: the slope of what is no polynomial may be larger at the shifted entries. Differences are taken in float64 whatever the case is.
            return [.. RunningError.Of(batch with { Type = ElementType.Float64 }).Losses.Select(error => (4 * error, 4 * error))];
        }

        TensorStack Shifted(TensorStack t) => new(t.Name, t.Count, t.Rows, t.Columns, Array.ConvertAll(t.Values, v => Math.Abs(v) + 2));
        var shifted = Autograd.Majorant(batch with { Tensors = [.. batch.Tensors.Select(t => t.Name == tensor ? Shifted(t) : t)] }).Losses;
        var gamma = RoundingBound.Gamma(2 * (_certificate.Roundings(Certificate.OutputName) + _entries) + 2, ElementType.Float64.UnitRoundoff);
        return [.. shifted.Select(L => (batch.Kind == CaseKind.Exact && L < ElementType.Float64.LatticeLimit / 4 ? 0 : gamma * L + ElementType.Float64.SmallestPositive, gamma * L + ElementType.Float64.SmallestPositive))];
    }

    private double[] Of(int index, string tensor, int roundings)
    {
        if (_majorant is null)
        {
            return new double[batch[tensor].Length];
        }

        if (_certificate.NeedsRunningError)
        {
            return Array.ConvertAll(_majorant[tensor][index].ToArray(), bound => bound * roundings / Math.Max(1, _certificate.Roundings(tensor)) / 2);
        }

        var bound = RoundingBound.Of(roundings, batch.Type, Math.Max(1, _certificate.AtOne(tensor)));
        return Array.ConvertAll(_majorant[tensor][index].ToArray(), M => bound.At(M) / 2);
    }
}

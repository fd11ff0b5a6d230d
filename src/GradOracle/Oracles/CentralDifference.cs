using GradOracle.Cases;

namespace GradOracle.Oracles;

/// <summary>Central differences on the MathNet statement, one entry at a time.</summary>
/// <remarks>
/// <c>D(s) = (L(x + s) − L(x − s)) / 2s</c>. Where L is quadratic in the entry, D(1) = D(2) is the derivative itself, and on integers there is no rounding
/// either. Elsewhere the step is halved from 1 on and the differences are extrapolated; the error is the smallest change between neighbouring extrapolations
/// (Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering Software 4, 1982), plus what rounding adds to a difference.
/// Where something on the way bends, steps are small, so that few reach across a bend. At a kink the two one-sided slopes differ, and there is nothing to extrapolate to.
/// </remarks>
public sealed class CentralDifference : IGradientOracle
{
    private const int Halvings = 14;
    private const double SafetyFactor = 4;
    private const double KinkTolerance = 1e-3;
    private const double SmallStep = 1.0 / (1 << 16);
    private const int SmallSteps = 5;

    /// <inheritdoc/>
    public string Name => "central-difference";

    /// <inheritdoc/>
    public string Summary => "(L(x + s) − L(x − s)) / 2s on the MathNet statement, extrapolated to s = 0: exact for quadratics";

    /// <inheritdoc/>
    public string? NotApplicable(CaseBatch batch) => null;

    /// <inheritdoc/>
    public OracleAnswer Answer(CaseBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var oracleErrors = new OracleErrors(batch);
        var roundings = batch.Network.Tensors(batch.Shape).ToDictionary(t => t.Name, t => oracleErrors.OfLosses(t.Name));
        var errors = new GradientBatch(batch);
        var hasKinks = Certificate.Of(batch.Network, batch.Loss, batch.Shape, batch.Type).Kink is not null;
        var scale = Scale(batch.LargestMagnitude());
        string? kink = null;
        var result = Perturbation<double>.OfEveryEntry(batch, (place, entry, evaluate) =>
        {
            var x = entry.Value;
            double At(double shift)
            {
                entry.Value = x + shift;
                var loss = evaluate();
                entry.Value = x;
                return loss;
            }

            if (hasKinks && HasKink(At, roundings[place.Tensor][place.Case].ByAny, 4 * SmallStep * scale))
            {
                kink ??= $"{place.Tensor}[{place.Row},{place.Column}] is at a kink";
            }

            var (derivative, error, change) = Differentiate(At, roundings[place.Tensor][place.Case], hasKinks ? SmallStep * scale : 1);
            if (hasKinks && change > KinkTolerance * Math.Max(1, Math.Abs(derivative)) && change > error / (2 * SafetyFactor))
            {
                kink ??= $"{place.Tensor}[{place.Row},{place.Column}] is too near a kink";
            }

            errors[place.Tensor][place.Case][place.Row * errors[place.Tensor].Columns + place.Column] = error;
            return derivative;
        });
        return new(result, (s, tensor) => errors[tensor][s].ToArray(), kink);
    }

    private static (double Derivative, double Error, double Change) Differentiate(Func<double, double> at, (double ByAnInteger, double ByAny) rounding, double step)
    {
        double Difference(double s) => (at(s) - at(-s)) / (2 * s);
        var first = Difference(step);
        var second = Difference(2 * step);
        var allowed = (step != 1 ? rounding.ByAny : rounding.ByAnInteger) / step;
        if (Math.Abs(first - second) <= 2 * allowed)
        {
            return (first, SafetyFactor * allowed, 0);
        }

        var (tableau, rows) = (new double[Halvings], new List<(double Value, double Error, double Change)>());
        for (var (i, s) = (0, step); i < Halvings && (i < SmallSteps || step == 1); i++, s /= 2)
        {
            var above = tableau[0];
            tableau[0] = Difference(s);
            var (power, best) = (1.0, (Value: tableau[0], Error: double.PositiveInfinity, Change: double.PositiveInfinity));
            for (var j = 1; j <= i; j++)
            {
                power *= 4;
                var extrapolated = (tableau[j - 1] * power - above) / (power - 1);
                var change = Math.Max(Math.Abs(extrapolated - tableau[j - 1]), Math.Abs(extrapolated - above));
                above = tableau[j];
                tableau[j] = extrapolated;
                best = change + rounding.ByAny / s <= best.Error ? (extrapolated, change + rounding.ByAny / s, change) : best;
            }

            rows.Add(best);
        }

        // Two extrapolations may agree by chance; what half the step gives must agree too.
        var (value, error, least) = rows.Zip(rows.Skip(1), (row, next) => row with { Error = Math.Max(row.Error, Math.Abs(row.Value - next.Value)) }).MinBy(row => row.Error);
        return (value, SafetyFactor * error, least);
    }

    // The power of two below the largest entry: among large entries steps are larger.
    private static double Scale(double largest) => largest > 1 ? Math.ScaleB(1, Math.ILogB(largest)) : 1;

    // Near x the second difference of a smooth function falls by 4 when the step is halved, that of a kink by 2.
    private static bool HasKink(Func<double, double> at, double rounding, double step)
    {
        var middle = at(0);
        double Bend(double s) => Math.Abs(at(s) - 2 * middle + at(-s));
        var bend = Bend(step);
        return bend > 16 * rounding && Bend(step / 2) > 0.3 * bend;
    }
}

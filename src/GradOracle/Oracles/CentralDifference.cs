using GradOracle.Bounds;
using GradOracle.Graphs;
using GradOracle.Networks;

namespace GradOracle.Oracles;

/// <summary>Central differences on the forward graph, one entry at a time.</summary>
/// <remarks>
/// <c>D(s) = (L(x + s) − L(x − s)) / 2s</c>. Where L is quadratic in the entry, D(1) = D(2) is the derivative itself,
/// and on integers there is no rounding either. Elsewhere the step is halved from 1 on and the differences are
/// extrapolated; the error is the smallest change between neighbouring extrapolations (Ridders, "Accurate computation
/// of F'(x) and F'(x)F''(x)", Advances in Engineering Software 4, 1982), plus what rounding adds to a difference. Where
/// something on the way bends, steps are small, so that few reach across a bend. At a kink the two one-sided slopes
/// differ, and there is nothing to extrapolate to.
/// </remarks>
internal class CentralDifference : IOracle
{
    private const int Halvings = 14;
    private const double SafetyFactor = 4;
    private const double KinkTolerance = 1e-3;
    private const double SmallStep = 1.0 / (1 << 16);
    private const int SmallSteps = 5;

    public virtual string Name => "central-difference";

    public virtual string Summary =>
        "(L(x + s) − L(x − s)) / 2s on the forward graph, extrapolated to 0: exact for quadratics";

    public virtual string? NotApplicable(CaseStack batch) => null;

    /// <summary>What is differenced: the loss of one case.</summary>
    protected virtual Perturbed<double> LossOf(CaseStack batch, int index) => new(batch, index, v => v);

    public OracleAnswer Answer(CaseStack batch)
    {
        var losses = new double[batch.Count];
        var result = new GradientStack(batch) { Losses = losses };
        var roundings = batch.Scenario.Differentiated.ToDictionary(t => t.Name, t => RoundingOf(batch, t.Name));
        var errors = new GradientStack(batch);
        var kinks = new string?[batch.Count];
        var hasKinks = batch.Scenario.WhyNot(NumberSystem.Complex) is not null;
        var scale = Scale(batch.LargestMagnitude());
        for (var s = 0; s < batch.Count; s++)
        {
            var loss = LossOf(batch, s);
            losses[s] = loss.Describe(result, v => v);
            foreach (var gradient in result.Gradients)
            {
                var rounding = roundings[gradient.Name][s];
                for (var j = 0; j < gradient.Length; j++)
                {
                    double At(double shift) => loss.At(gradient.Name, j, v => v + shift);
                    var place = $"{gradient.Name}{gradient.Sizes.PlaceOf(j)}";
                    if (hasKinks && HasKink(At, rounding.ByAny, 4 * SmallStep * scale))
                    {
                        kinks[s] ??= $"{place} is at a kink";
                    }

                    var (derivative, error, change) = Differentiate(At, rounding, hasKinks ? SmallStep * scale : 1);
                    if (hasKinks
                        && change > KinkTolerance * Math.Max(1, Math.Abs(derivative))
                        && change > error / (2 * SafetyFactor))
                    {
                        kinks[s] ??= $"{place} is too near a kink";
                    }

                    gradient[s][j] = derivative;
                    errors[gradient.Name][s][j] = error;
                }
            }
        }

        return new(result, (s, tensor) => errors[tensor][s].ToArray(), kinks);
    }

    // What rounding may do to the loss of each case when one entry of a tensor is shifted by up to 2; by an integer,
    // that is nothing where the loss stays on the lattice.
    private static (double ByAnInteger, double ByAny)[] RoundingOf(CaseStack batch, string tensor)
    {
        var scenario = batch.Scenario;
        if (scenario.NeedsRunningError)
        {
            // An estimate: the slope of what is no polynomial may be larger at the shifted entries. Differences are
            // taken in float64 whatever the case is.
            return [.. RoundingErrors.OfLosses(batch with { Type = ElementType.Float64 }).Select(error => (8 * error, 8 * error))];
        }

        var length = scenario.Output.Sizes.Length;
        var entries = scenario.Majorant.Of(
            batch.Count,
            node => batch.ValuesOf(node) is { } values
                ? Array.ConvertAll(values, v => Math.Abs(v) + (node.Name == tensor ? 2 : 0))
                : null)[scenario.Majorant.Entries];
        var gamma = RoundingBound.Gamma(
            2 * (scenario.RoundingsOf(Scenario.OutputName) + length) + 2, ElementType.Float64.UnitRoundoff);
        return [.. entries.Chunk(entries.Length / batch.Count).Select(e => e.Sum()).Select(L =>
        {
            var byAny = gamma * L + ElementType.Float64.SmallestPositive;
            return (batch.Kind == CaseKind.Exact && L < ElementType.Float64.LatticeLimit / 4 ? 0 : byAny, byAny);
        })];
    }

    private static (double Derivative, double Error, double Change) Differentiate(
        Func<double, double> at, (double ByAnInteger, double ByAny) rounding, double step)
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
            var (power, best) = (
                1.0, (Value: tableau[0], Error: double.PositiveInfinity, Change: double.PositiveInfinity));
            for (var j = 1; j <= i; j++)
            {
                power *= 4;
                var extrapolated = (tableau[j - 1] * power - above) / (power - 1);
                var change = Math.Max(Math.Abs(extrapolated - tableau[j - 1]), Math.Abs(extrapolated - above));
                above = tableau[j];
                tableau[j] = extrapolated;
                best = change + rounding.ByAny / s <= best.Error
                    ? (extrapolated, change + rounding.ByAny / s, change)
                    : best;
            }

            rows.Add(best);
        }

        // Two extrapolations may agree by chance; what half the step gives must agree too.
        var (value, error, least) = rows.Zip(
            rows.Skip(1), (row, next) => row with { Error = Math.Max(row.Error, Math.Abs(row.Value - next.Value)) })
            .MinBy(row => row.Error);
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

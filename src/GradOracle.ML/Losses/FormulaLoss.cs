namespace GradOracle.ML.Losses;

/// <summary>A loss as a formula in double, of whose steps nothing is known: its slope is measured by differences, and
/// its bounds are what would be so were output, label and result each moved by eight roundings in float.</summary>
/// <remarks>ln(1 + d²) in float loses its digits near 0, and a formula does not say so: a value is told from another by
/// no less than eight roundings of 1.</remarks>
internal sealed class FormulaLoss(Func<double, double, double> stated) : StatedLoss
{
    private const double Roundings = 8;
    private static readonly double s_unit = ElementType.Float32.UnitRoundoff;

    public override string Source => "differences of the statement in double";

    public override string Basis => "an estimate: output, label and result moved by eight roundings each, "
        + "and for Loss eight roundings of 1";

    public override float Resolution => 1f / (1 << 18); // far above the finest step of its differences

    public override Stated[] At(IReadOnlyList<(float Output, float Label)> points) =>
        [.. points.Select(p => At(p.Output, p.Label))];

    private Stated At(double output, double label)
    {
        var value = stated(output, label);
        var (slope, tolerance) = SlopeAt(output, label);
        var (moved, movedSlope) = (0.0, 0.0);
        foreach (var (o, y) in Moved(output, label))
        {
            moved += Math.Abs(stated(o, y) - value) / 2;
            movedSlope += Math.Abs(SlopeAt(o, y).Slope - slope) / 2;
        }

        var rounding = Roundings * s_unit;
        return new(
            value, moved + rounding * (Math.Abs(value) + 1), // what is small may be what is left of numbers near 1
            slope, movedSlope + rounding * Math.Abs(slope) + tolerance + float.Epsilon);
    }

    private static IEnumerable<(double Output, double Label)> Moved(double output, double label)
    {
        foreach (var by in new[] { -Roundings * s_unit, Roundings * s_unit })
        {
            yield return (output * (1 + by), label);
            yield return (output, label * (1 + by));
        }
    }

    private (double Slope, double Tolerance) SlopeAt(double output, double label)
    {
        var noise = 4 * ElementType.Float64.UnitRoundoff * (
            Math.Abs(stated(output, label)) + Math.Abs(output) + Math.Abs(label));
        return Differences.Of(
            o => stated(o, label),
            output,
            noise,
            finest: 24,
            reach: double.PositiveInfinity) is { } found
            ? (found.Slope, found.Tolerance)
            : (double.NaN, double.NaN);
    }
}

namespace GradOracle.TorchFunctions;

/// <summary>The slope of one number along one direction, measured by differences.</summary>
/// <param name="Value">The central difference, extrapolated over three steps.</param>
/// <param name="Tolerance">What it may be wrong by: the last correction of the table, and rounding.</param>
/// <param name="Rounding">The part of the tolerance that is rounding.</param>
/// <param name="Left">The one-sided difference backwards.</param>
/// <param name="Right">The one-sided difference forwards.</param>
/// <param name="IsKink">Whether the two sides differ by something that does not shrink with the step.</param>
internal readonly record struct Slope(
    double Value, double Tolerance, double Rounding, double Left, double Right, bool IsKink)
{
    /// <summary>The slope along a direction whose unit is measured in another.</summary>
    public Slope PerUnit(double unit) =>
        new(Value / unit, Tolerance / unit, Rounding / unit, Left / unit, Right / unit, IsKink);

    /// <summary>Whether a slope lies between those of the two sides.</summary>
    public bool IsBetweenSides(double slope)
    {
        var slack = Math.Abs(Right - Left) / 16 + Tolerance;
        return slope >= Math.Min(Left, Right) - slack && slope <= Math.Max(Left, Right) + slack;
    }
}

namespace GradOracle.Graphs;

/// <summary>What one rounding to nearest does: relative, and where it underflows absolute.</summary>
/// <param name="Unit">u, the largest relative error; 0 where nothing is rounded.</param>
/// <param name="Underflow">The smallest positive number.</param>
internal readonly record struct Rounding(double Unit, double Underflow)
{
    public static Rounding Of(ElementType type) => new(type.UnitRoundoff, type.SmallestPositive)
    {
        SmallestNormal = type.SmallestPositive / (2 * type.UnitRoundoff),
    };

    /// <summary>The smallest number of full precision: what is smaller may come out as 0, where something on the way to
    /// it overflows.</summary>
    public double SmallestNormal { get; init; }

    /// <summary>γ_n = n u / (1 − n u), what n roundings do; infinite where n u is not below 1.</summary>
    public double Gamma(int n) => n * Unit < 1 ? n * Unit / (1 - n * Unit) : double.PositiveInfinity;
}

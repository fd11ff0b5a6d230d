namespace GradOracle;

/// <summary>The floating-point format a case is computed in.</summary>
public sealed record ElementType
{
    /// <summary>IEEE 754 binary64: 53 bits of significand.</summary>
    public static readonly ElementType Float64 = new("float64", 53, double.Epsilon);

    /// <summary>IEEE 754 binary32: 24 bits of significand.</summary>
    public static readonly ElementType Float32 = new("float32", 24, float.Epsilon);

    /// <summary>All formats served.</summary>
    public static readonly IReadOnlyList<ElementType> All = [Float64, Float32];

    private ElementType(string name, int precision, double smallest)
    {
        Name = name;
        LatticeLimit = Math.ScaleB(1, precision);
        UnitRoundoff = Math.ScaleB(1, -precision);
        SmallestPositive = smallest;
    }

    /// <summary>The name in case names, files and commands.</summary>
    public string Name { get; }

    /// <summary>u: the largest relative error of one rounding to nearest, 2⁻⁵³ or 2⁻²⁴.</summary>
    public double UnitRoundoff { get; }

    /// <summary>2⁵³ or 2²⁴: sums of integers are exact in any order while every partial sum stays below it.</summary>
    public double LatticeLimit { get; }

    /// <summary>The smallest positive (subnormal) number: no rounding that underflows is off by more than it.</summary>
    public double SmallestPositive { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

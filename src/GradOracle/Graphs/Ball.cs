namespace GradOracle.Graphs;

/// <summary>A number as it was computed, and how far it may be from the exact one.</summary>
internal readonly record struct Ball(double Value, double Error)
{
    /// <summary>The sum.</summary>
    public Ball Plus(Ball other, Rounding rounding)
    {
        var carried = Error + other.Error;
        return new(
            Value + other.Value, carried + rounding.Unit * (Math.Abs(Value) + Math.Abs(other.Value) + 2 * carried));
    }

    /// <summary>A multiple; the factor itself may be rounded.</summary>
    public Ball Times(double factor, Rounding rounding) => new(
        factor * Value,
        Math.Abs(factor) * (Error + 2 * rounding.Unit * (Math.Abs(Value) + 2 * Error))
            + (Value == 0 && Error == 0 ? 0 : rounding.Underflow));
}

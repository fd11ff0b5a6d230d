namespace GradOracle.ML.Losses;

/// <summary>What a statement says at one output and label, and how far a class that computes in float may be from
/// it.</summary>
/// <param name="Value">ℓ.</param>
/// <param name="ValueBound">What rounding may do to it.</param>
/// <param name="Slope">∂ℓ/∂output.</param>
/// <param name="SlopeBound">What rounding may do to it.</param>
internal readonly record struct Stated(double Value, double ValueBound, double Slope, double SlopeBound)
{
    /// <summary>Whether a float can hold both.</summary>
    public bool IsFloat => Math.Abs(Value) <= float.MaxValue && Math.Abs(Slope) <= float.MaxValue
        && !double.IsNaN(ValueBound) && !double.IsNaN(SlopeBound);
}

/// <summary>A loss as somebody states it.</summary>
internal abstract class StatedLoss
{
    /// <summary>Where the slope comes from.</summary>
    public abstract string Source { get; }

    /// <summary>Whether the bounds are theorems or an estimate.</summary>
    public abstract string Basis { get; }

    /// <summary>How near to a kink its slopes can be told apart, for outputs near 1.</summary>
    public virtual float Resolution => 0;

    /// <summary>What it says at some points.</summary>
    public abstract Stated[] At(IReadOnlyList<(float Output, float Label)> points);

    /// <summary>∂ℓ/∂output by a second way that shares nothing with the first; null where there is none.</summary>
    public virtual double[]? SlopesAgain(IReadOnlyList<(float Output, float Label)> points) => null;
}

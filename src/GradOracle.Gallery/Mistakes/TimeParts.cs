using MathNet.Numerics.LinearAlgebra;

namespace GradOracle.Gallery;

/// <summary>The parts of backpropagation through time, right unless said otherwise: t is a step, and behind it stand
/// how many there are.</summary>
internal sealed record TimeParts
{
    public Func<int, double> CountsForWx { get; init; } = _ => 1;

    public Func<int, double> CountsForWh { get; init; } = _ => 1;

    public Func<int, int, double> CountsForWy { get; init; } = (_, _) => 1;

    public Func<int, int, double> CountsForOutput { get; init; } = (_, _) => 1;

    public Func<int, int, double> CountsForBias { get; init; } = (_, _) => 1;

    public Func<Matrix<double>, Matrix<double>> BiasOfOutput { get; init; } = G => G.SumOfColumns();

    public Func<int, double> ScaleOfWx { get; init; } = _ => 1;

    public Func<int, int, double> SignBack { get; init; } = (_, _) => 1;

    public Func<Matrix<double>[], int, Matrix<double>> StateFor { get; init; } = (h, t) => h[t - 1];

    public Func<Matrix<double>[], int, Matrix<double>> InputFor { get; init; } = (x, t) => x[t];

    public Func<Matrix<double>, Matrix<double>, Matrix<double>> SlopeAt { get; init; } = (a, _) => a;

    /// <summary>φ′ as it is written with h; null where it is right.</summary>
    public Func<Matrix<double>, Matrix<double>>? Slope { get; init; }

    public Func<int, int, bool> HasSlope { get; init; } = (_, _) => true;

    public Func<Matrix<double>, Matrix<double>, Matrix<double>> Back { get; init; } = (Wh, D) => Wh.Transpose() * D;
}

using TorchSharp;

namespace GradOracle.Oracles;

/// <summary>A function applied to every entry, as the tape knows it.</summary>
/// <param name="Apply">The function, on TorchSharp.</param>
/// <param name="Slope">Its derivative at an entry.</param>
/// <param name="Lipschitz">The largest absolute slope.</param>
/// <param name="SlopeLipschitz">The largest absolute change of the slope per change of the entry, away from kinks.</param>
/// <param name="Jump">By how much the slope jumps at 0.</param>
/// <param name="Kink">What about the function has no complex derivative; null where it is analytic.</param>
/// <param name="Ulps">How many units in the last place (and in that of 1, for the slope) an evaluation may be off.</param>
internal sealed record ElementwiseFunction(
    Func<torch.Tensor, torch.Tensor> Apply, Func<double, double> Slope, double Lipschitz, double SlopeLipschitz, double Jump, string? Kink, int Ulps)
{
    // Vectorised and scalar mathematical libraries document 1 to 4 units in the last place; slopes are formed in a few operations more.
    public const int LibraryUlps = 8;

    public static ElementwiseFunction Absolute { get; } = new(t => t.abs(), a => a > 0 ? 1 : a < 0 ? -1 : a, 1, 0, 2, "an absolute value", 0);

    /// <summary>max(a, 0); the slope at 0 is 0, as TorchSharp has it.</summary>
    public static ElementwiseFunction Rectifier { get; } = new(t => t.relu(), a => a > 0 ? 1 : 0, 1, 0, 1, "a maximum", 0);

    /// <summary>½a² up to |a| = 1, |a| − ½ beyond: Huber's function with δ = 1. Its slope is a itself, clipped.</summary>
    public static ElementwiseFunction Huber { get; } = new(
        t => torch.nn.functional.huber_loss(t, torch.zeros_like(t), 1, torch.nn.Reduction.None), a => double.IsNaN(a) ? a : Math.Clamp(a, -1, 1), 1, 1, 0, "a change from quadratic to linear", 0);

    /// <summary>tanh; |tanh″| ≤ 4/(3√3) &lt; 0.77.</summary>
    public static ElementwiseFunction HyperbolicTangent { get; } = new(t => t.tanh(), a => 1 - Math.Tanh(a) * Math.Tanh(a), 1, 0.77, 0, null, LibraryUlps);

    /// <summary>1/(1 + e⁻ᵃ); its slope is at most ¼, |σ″| ≤ 1/(6√3) &lt; 0.0963.</summary>
    public static ElementwiseFunction Logistic { get; } = new(t => t.sigmoid(), a => Sigmoid(a) * (1 - Sigmoid(a)), 0.25, 0.0963, 0, null, LibraryUlps);

    /// <summary>How far φ(a) may be off where a is, away from what the library adds: nothing where all of it lies on the flat side of a maximum.</summary>
    public double ErrorOf(double a, double error) => this == Rectifier && a < -2 * error ? 0 : Lipschitz * error;

    /// <summary>Whether it is a polynomial in pieces.</summary>
    public bool IsPiecewisePolynomial => Ulps == 0;

    /// <summary>Whether the slope may be the entry itself, with all that the entry has been through.</summary>
    public bool SlopeTakesEntry => this == Huber;

    private static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));
}

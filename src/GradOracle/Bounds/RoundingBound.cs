using System.Numerics;
using GradOracle.Graphs;

namespace GradOracle.Bounds;

/// <summary>How far an evaluation of one tensor can be from the exact values, entry by entry, where all its terms pass
/// few roundings.</summary>
/// <remarks>
/// If every term of the expanded sum passes at most K roundings, an evaluation differs from the exact value by at most
/// <c>γ_K M</c>, with <c>γ_K = K u / (1 − K u)</c> and M the same sum over absolute values, the majorant (Higham,
/// "Accuracy and Stability of Numerical Algorithms", 2nd ed., Lemma 3.1 and (3.13)). "Passes at most K" holds for
/// evaluations that associate products as they like, take common factors out or multiply them in, and add in any order,
/// sums of sums in one long sum too; a derivation that sums over several indices of a chain of products in one long sum
/// passes more and may exceed the bound. M is itself computed, and may be too small by the factor <c>1 − γ_K</c>; one
/// more rounding in K pays for computing the bound. A rounding that underflows adds at most the smallest positive
/// number η, which then grows along its chain no more than a term of the majorant of the same case does when every
/// entry and every constant factor below 1 is raised to 1: at most K η times the largest entry of that majorant.
/// </remarks>
internal readonly record struct RoundingBound
{
    private readonly double _relative;
    private readonly double _underflow;

    private RoundingBound(double relative, double underflow) => (_relative, _underflow) = (relative, underflow);

    /// <summary>The bound of one tensor of real cases.</summary>
    /// <param name="roundings">K: how many roundings a term passes at most.</param>
    /// <param name="type">The element type of the evaluations.</param>
    /// <param name="raised">The largest entry of the tensor's majorant with every entry and constant factor raised to
    /// at least 1.</param>
    public static RoundingBound Of(int roundings, ElementType type, double raised)
    {
        ArgumentNullException.ThrowIfNull(type);
        var K = roundings + 1;
        var gamma = Gamma(K, type.UnitRoundoff);
        return new(gamma < 1 ? gamma / (1 - gamma) : double.PositiveInfinity, K * type.SmallestPositive * raised);
    }

    /// <summary>γ_K = K u / (1 − K u); infinite where K u is not below 1.</summary>
    public static double Gamma(int K, double u) => new Rounding(u, 0).Gamma(K);

    /// <summary>The bounds of entries whose majorants are M; infinite where M overflowed on its way.</summary>
    public void At(ReadOnlySpan<double> M, Span<double> bounds)
    {
        var j = 0;
        var (relative, underflow) = (new Vector<double>(_relative), new Vector<double>(_underflow));
        for (; j <= M.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            var m = new Vector<double>(M[j..]);
            var bound = Vector.ConditionalSelect(
                Vector.Equals(m, Vector<double>.Zero), underflow, relative * m + underflow);
            Vector.ConditionalSelect(
                Vector.Equals(m, m), bound, new Vector<double>(double.PositiveInfinity)).CopyTo(bounds[j..]);
        }

        for (; j < M.Length; j++)
        {
            bounds[j] = At(M[j]);
        }
    }

    /// <summary>The bound of one entry whose majorant is M; infinite where M overflowed on its way.</summary>
    public double At(double M) =>
        double.IsNaN(M) ? double.PositiveInfinity : M == 0 ? _underflow : _relative * M + _underflow;
}

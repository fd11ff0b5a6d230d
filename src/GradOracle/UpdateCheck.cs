using GradOracle.Cases;
using GradOracle.Reports;
using GradOracle.Updates;

namespace GradOracle;

/// <summary>Holds updates by hand against <c>torch.optim.SGD</c>: every step from the same state, and two runs on their
/// own from start to end.</summary>
/// <remarks>
/// <code>
/// optimiser's run   W₀ ── autograd, torch.optim.SGD ──> W₁ ──> W₂ ──> …      (v alike)
///                    └─── by hand, from the same W₀ ──> W₁′ ≟ W₁             every step, within UpdateBound
/// run by hand       W₀ ── derivation, update by hand ─> V₁ ──> V₂ ──> …      V ≟ W at every step, within the bound
/// that grows with what they are apart already
/// </code>
/// </remarks>
public static class UpdateCheck
{
    /// <summary>Runs one case again, by the name that a report printed; neither derivation nor update need be
    /// registered.</summary>
    /// <returns>The verdict, and the report as text.</returns>
    /// <exception cref="BadInputException">The name is not that of a case of the derivation's network, or a number is
    /// out of range.</exception>
    public static (Verdict Verdict, string Report) Replay(
        Derivation derivation, string caseName, UpdateRule rule, int steps, IUpdate? update = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(caseName);
        var result = UpdateRun.Of(
            derivation, CaseGenerator.Generate(CaseId.Parse(caseName, derivation.Network)), rule, steps, update);
        return (result.Verdict, UpdateText.Of(result));
    }
}

using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle;

/// <summary>What was found on one case.</summary>
public sealed class CaseResult
{
    private readonly Derivation _derivation;
    private readonly CaseComparison _comparison;

    internal CaseResult(Derivation derivation, CaseComparison comparison) =>
        (_derivation, _comparison) = (derivation, comparison);

    /// <summary>The name of the case.</summary>
    public string Name => _comparison.Name;

    /// <summary>The verdict.</summary>
    public Verdict Verdict => _comparison.Verdict;

    /// <summary>The report: place, numbers and replay, in a few lines.</summary>
    public override string ToString() => CaseText.Of(CaseReport.Of(_derivation, _comparison));
}

using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>One case as a part of a report.</summary>
internal static class CaseReport
{
    private const int LargestMatrix = 36;

    /// <summary>A case with all that was found out about it: its matrices and formulas wherever it does not agree, its
    /// diagnosis, who agrees with whom.</summary>
    /// <param name="analysis">What was found.</param>
    /// <param name="replay">What runs it again; by default C#.</param>
    public static ReportedCase Of(FailureAnalysis analysis, ReplayLine? replay = null)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        replay ??= ReplayLine.InCSharp;
        var reported = Of(analysis.Derivation, analysis.Found, replay) with
        {
            Smallest = analysis.Smallest is { } smallest ? Smallest(analysis, smallest, replay) : null,
            FailsLike = analysis.FailsLike,
        };
        reported = Diagnosed(reported, analysis.Diagnosis);
        return analysis is { Entries: { } entries, Terms: { } terms }
            ? new CaseMatrices(entries, terms, analysis.Diagnosis).Fill(reported)
            : reported;
    }

    /// <summary>A case as it was compared, without its matrices.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="comparison">What was found.</param>
    /// <param name="replay">What runs it again; by default C#.</param>
    public static ReportedCase Of(Derivation derivation, CaseComparison comparison, ReplayLine? replay = null)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(comparison);
        var place = CodePlace.Of(derivation);
        return new()
        {
            Name = comparison.Name,
            Network = derivation.Network.Name,
            Derivation = derivation.Name,
            Class = place.Class,
            Source = place.File,
            Expected = "autograd",
            Actual = "derivation",
            Verdict = comparison.Verdict,
            Forward = Tensor(comparison.Forward),
            Gradients = [.. comparison.Tensors.Select(Tensor)],
            OnTheWayBack = comparison.OnTheWayBack.Count == 0 ? null : [.. comparison.OnTheWayBack.Select(Tensor)],
            FirstWrong = comparison.FirstWrong is not { } wrong ? null
                : comparison.LastRight is { } right ? $"on the way back ∂L/∂{right} is right, and ∂L/∂{wrong} is the first that is wrong"
                : $"on the way back ∂L/∂{wrong} is the first that is wrong",
            Agreement = comparison.CrossCheck?.Sentence,
            OddOneOut = comparison.CrossCheck?.OddOneOut,
            Replay = (replay ?? ReplayLine.InCSharp).Of(derivation, comparison.Case),
            Detour = comparison.Detour,
        };
    }

    /// <summary>A case with a diagnosis.</summary>
    public static ReportedCase Diagnosed(ReportedCase reported, Diagnosis? diagnosis)
    {
        ArgumentNullException.ThrowIfNull(reported);
        return reported with { Diagnosis = Explanations(diagnosis), Unexplained = diagnosis?.Unexplained ?? [], Places = diagnosis is { Places.Count: > 0 } ? [.. Places(diagnosis.Places)] : null };
    }

    /// <summary>The mistakes that a diagnosis found.</summary>
    public static IReadOnlyList<ReportedExplanation> Explanations(Diagnosis? diagnosis) =>
        [.. (diagnosis?.Explanations ?? []).Select(e => new ReportedExplanation(e.Sentence, e.Tensors, e.Residual, e.Cases) { Places = [.. Places(e.Alternatives.SelectMany(a => a.Findings))] })];

    private static IEnumerable<ReportedPlace> Places(IEnumerable<Finding> findings) =>
        (from finding in findings
         from place in finding.Places
         select new ReportedPlace(
             place.Kind.ToString().ToLowerInvariant(), place.Name, place.Use, finding.Said)).Distinct();

    /// <summary>A case without what makes a report large.</summary>
    public static ReportedCase WithoutMatrices(ReportedCase reported)
    {
        ArgumentNullException.ThrowIfNull(reported);
        static ReportedTensor Slim(ReportedTensor tensor) => tensor with { Map = null, Zoom = null, Worst = [.. tensor.Worst.Take(1)], Formula = [.. tensor.Formula.Select(f => f with { Values = null })] };
        return reported with
        {
            Forward = Slim(reported.Forward),
            Gradients = [.. reported.Gradients.Select(Slim)],
            Smallest = reported.Smallest is { } smallest ? smallest with { Wrong = null } : null,
        };
    }

    private static ReportedTensor Tensor(TensorComparison tensor) => new()
    {
        Name = tensor.Name,
        Rows = tensor.Sizes.AllRows,
        Columns = tensor.Sizes.Columns,
        Sizes = ReportedTensor.SizesOf(tensor.Sizes),
        Verdict = tensor.Verdict,
        Differing = tensor.Differing,
        Reason = tensor.Reason,
        IsEstimated = tensor.Basis == Basis.Estimated,
        IsZero = tensor.IsZero,
        Worst = tensor.Worst is { } worst ? [EntryGrid.Of(worst)] : [],
    };

    private static ReportedSmallest Smallest(FailureAnalysis analysis, Comparison smallest, ReplayLine replayLine)
    {
        var (batch, derivation, described) = (smallest.Case, analysis.Derivation, smallest.Describe(0));
        var wrong = described.Tensors.Where(t => t.Verdict == Verdict.Disagrees).Select(t => t.Name).ToList();
        var (name, replay) = (batch.NameOf(0), replayLine.Of(derivation, batch));
        var isSmaller = name != analysis.Found.Name;
        var matrices = isSmaller ? new CaseMatrices(smallest, ChainTerms.Of(batch, wrong), analysis.Diagnosis) : null;
        return batch.Tensors.All(t => t.Length <= LargestMatrix)
            ? new(
                name,
                replay,
                [.. batch.Tensors.Select(Matrix)],
                [.. wrong.Select(t => Matrix(smallest.Expected[t]))],
                [.. wrong.Select(t => Matrix(smallest.Received[t]))])
            {
                Wrong = matrices is null ? null
                    : [.. matrices.Fill(Of(derivation, described, replayLine)).Gradients.Where(t => wrong.Contains(t.Name))],
            }
            : new(name, replay, [], [], []);
    }

    private static ReportedMatrix Matrix(TensorStack stack) =>
        new(stack.Name, [.. stack[0].ToArray().Chunk(stack.Columns)])
        {
            Sizes = ReportedTensor.SizesOf(stack.Sizes),
        };
}

using GradOracle.Diagnoses;
using GradOracle.Fixtures;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>One case as a part of a report.</summary>
internal static class CaseReport
{
    private const int LargestMatrix = 36;

    /// <summary>A case as it was compared, without its matrices.</summary>
    public static ReportedCase Of(Derivation derivation, CaseComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(comparison);
        return new()
        {
            Name = comparison.Name,
            Network = derivation.Network.Name,
            Derivation = derivation.Name,
            Expected = "autograd",
            Actual = "derivation",
            Verdict = comparison.Verdict,
            Forward = Tensor(comparison.Forward),
            Gradients = [.. comparison.Tensors.Select(Tensor)],
            Agreement = comparison.CrossCheck?.Sentence,
            OddOneOut = comparison.CrossCheck?.OddOneOut,
            Detour = comparison.Detour,
            Replay = Registry.ReplayOf(derivation, comparison.Case),
        };
    }

    /// <summary>A case with its matrices and formulas wherever it does not agree.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="found">What was found when it was compared, alone or among others.</param>
    public static ReportedCase InFull(Derivation derivation, CaseComparison found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var comparison = GradientCheck.Compare(derivation, found.Case);

        // Alone a batch may round otherwise than among others: what is shown is what the replay gives, unless that is another verdict.
        var alone = comparison.Describe(0) with { CrossCheck = found.CrossCheck };
        var isSame = alone.Verdict == found.Verdict || found.Verdict == Verdict.OraclesDisagree;
        return isSame ? new CaseMatrices(comparison, null).Fill(Of(derivation, alone with { Verdict = found.Verdict })) : Of(derivation, found);
    }

    /// <summary>A case that was looked into: with its diagnosis, who agrees with whom, and the smallest case that fails alike.</summary>
    public static ReportedCase Of(Derivation derivation, FailureAnalysis analysis, bool inFull = true)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var examined = Diagnosed(Of(derivation, analysis.Comparison.Describe(0)), analysis.Diagnosis) with
        {
            Agreement = analysis.CrossCheck.Sentence,
            OddOneOut = analysis.CrossCheck.OddOneOut,
            Smallest = Smallest(derivation, analysis.Smallest),
        };
        return inFull ? new CaseMatrices(analysis.Comparison, analysis.Diagnosis).Fill(examined) : examined;
    }

    /// <summary>What does not give a fixture's approved values: a case for each, the derivation and autograd.</summary>
    /// <param name="fixture">The fixture.</param>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="failures">See <see cref="FixtureCheck.Failures"/>.</param>
    public static IReadOnlyList<ReportedCase> Of(GradientFixture fixture, Derivation derivation, IReadOnlyList<(string Actual, CaseComparison Comparison)> failures)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        ArgumentNullException.ThrowIfNull(failures);
        var (agreement, odd) = FixtureCheck.Agreement([.. failures.Select(f => f.Actual)]);
        return [.. failures.Select(f =>
        {
            // Where both differ the fixture is to be asked, and not the derivation.
            var diagnosis = odd == "derivation" ? FaultLocalization.Of(derivation, fixture.Case) : null;
            var found = Diagnosed(Of(derivation, f.Comparison), diagnosis) with { Expected = "approved", Actual = f.Actual, Agreement = agreement, OddOneOut = odd };
            var received = FixtureCheck.Receive(derivation, fixture.Case)[f.Actual == "derivation" ? 0 : 1];
            return new CaseMatrices(Comparison.Of(fixture.Case, received, fixture.Results), diagnosis).Fill(found);
        })];
    }

    /// <summary>A case with a diagnosis.</summary>
    public static ReportedCase Diagnosed(ReportedCase reported, Diagnosis? diagnosis)
    {
        ArgumentNullException.ThrowIfNull(reported);
        return reported with { Diagnosis = Explanations(diagnosis), Unexplained = diagnosis?.Unexplained ?? [] };
    }

    /// <summary>The mistakes that a diagnosis found.</summary>
    public static IReadOnlyList<ReportedExplanation> Explanations(Diagnosis? diagnosis) =>
        [.. (diagnosis?.Explanations ?? []).Select(e => new ReportedExplanation(e.Sentence, e.Tensors, e.Residual, e.Cases) { Places = [.. Places(e)] })];

    private static IEnumerable<ReportedPlace> Places(Explanation explanation) => explanation.Alternatives
        .SelectMany(alternative => alternative.Findings)
        .Where(finding => finding.Place is not null)
        .Select(finding => new ReportedPlace(finding.Place!.Kind.ToString().ToLowerInvariant(), finding.Place.Name, finding.Place.Use, finding.Said))
        .Distinct();

    /// <summary>A case without what makes a report large.</summary>
    public static ReportedCase WithoutMatrices(ReportedCase reported)
    {
        ArgumentNullException.ThrowIfNull(reported);
        static ReportedTensor Slim(ReportedTensor tensor) => tensor with { Map = null, Zoom = null, Worst = [.. tensor.Worst.Take(1)], Formula = [.. tensor.Formula.Select(f => f with { Values = null })] };
        return reported with { Forward = Slim(reported.Forward), Gradients = [.. reported.Gradients.Select(Slim)] };
    }

    private static ReportedTensor Tensor(TensorComparison tensor) => new()
    {
        Name = tensor.Name,
        Rows = tensor.Rows,
        Columns = tensor.Columns,
        Verdict = tensor.Verdict,
        Differing = tensor.Differing,
        Reason = tensor.Reason,
        IsEstimated = tensor.Basis == Basis.Estimated,
        IsZero = tensor.IsZero,
        Worst = tensor.Worst is { } worst ? [EntryGrid.Of(worst)] : [],
    };

    private static ReportedSmallest Smallest(Derivation derivation, Comparison smallest)
    {
        var batch = smallest.Case;
        var wrong = smallest.Describe(0).Tensors.Where(t => t.Verdict == Verdict.Disagrees).Select(t => t.Name).ToList();
        var (name, replay) = (batch.NameOf(0), Registry.ReplayOf(derivation, batch));
        return batch.Tensors.All(t => t.Length <= LargestMatrix)
            ? new(
                name,
                replay,
                [.. batch.Tensors.Select(Matrix)],
                [.. wrong.Select(t => Matrix(smallest.Expected[t]))],
                [.. wrong.Select(t => Matrix(smallest.Received[t]))])
            : new(name, replay, [], [], []);
    }

    private static ReportedMatrix Matrix(TensorStack stack) => new(stack.Name, [.. stack[0].ToArray().Chunk(stack.Columns)]);
}

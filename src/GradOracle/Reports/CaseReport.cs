using GradOracle.Cases;
using GradOracle.Derivations;
using GradOracle.Diagnoses;
using GradOracle.Fixtures;
using GradOracle.Verdicts;

namespace GradOracle.Reports;

/// <summary>One case as a part of a report.</summary>
public static class CaseReport
{
    private const int LargestMatrix = 36;

    /// <summary>A case as it was compared, without its matrices.</summary>
    public static ReportedCase Of(IDerivation derivation, CaseComparison comparison)
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
            Agreement = comparison.Panel?.Sentence,
            OddOneOut = comparison.Panel?.OddOneOut,
            Replay = comparison.Replay,
        };
    }

    /// <summary>A case with its matrices and formulas wherever it does not agree.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="batch">A batch of one case.</param>
    /// <param name="found">What was found when it was compared, alone or among others.</param>
    public static ReportedCase InFull(IDerivation derivation, CaseBatch batch, CaseComparison found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var comparison = GradientCheck.Compare(derivation, batch);

        // Alone a batch may round otherwise than among others: what is shown is what the replay gives, unless that is another verdict.
        var alone = comparison.Describe(0) with { Panel = found.Panel };
        return alone.Verdict == found.Verdict ? new CaseMatrices(batch, comparison, []).Fill(Of(derivation, alone)) : Of(derivation, found);
    }

    /// <summary>A case that was looked into: with its diagnosis, who agrees with whom, and the smallest case that fails alike.</summary>
    public static ReportedCase Of(IDerivation derivation, Examination examination, bool inFull = true)
    {
        ArgumentNullException.ThrowIfNull(examination);
        var (batch, comparison, panel) = (examination.Case, examination.Comparison, examination.Panel);
        var examined = Diagnosed(Of(derivation, comparison), examination.Diagnosis) with
        {
            Agreement = panel.Sentence,
            OddOneOut = panel.OddOneOut,
            Smallest = Smallest(examination.Smallest),
        };
        return inFull ? new CaseMatrices(batch, GradientCheck.Compare(derivation, batch), [.. examined.Diagnosis.Select(d => d.Sentence)]).Fill(examined) : examined;
    }

    /// <summary>What does not give a fixture's approved values: a case for each, the derivation and autograd.</summary>
    /// <param name="fixture">The fixture.</param>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="failures">See <see cref="FixtureCheck.Failures"/>.</param>
    public static IReadOnlyList<ReportedCase> Of(GradientFixture fixture, IDerivation derivation, IReadOnlyList<(string Actual, CaseComparison Comparison)> failures)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        ArgumentNullException.ThrowIfNull(failures);
        var (agreement, odd) = FixtureCheck.Agreement([.. failures.Select(f => f.Actual)]);
        return [.. failures.Select(f =>
        {
            // Where both differ the fixture is to be asked, and not the derivation.
            var diagnosis = odd == "derivation" ? Diagnostician.Of(derivation, fixture.Case) : null;
            var found = Diagnosed(Of(derivation, f.Comparison), diagnosis) with { Expected = "approved", Actual = f.Actual, Agreement = agreement, OddOneOut = odd };
            var received = FixtureCheck.Receive(derivation, fixture.Case)[f.Actual == "derivation" ? 0 : 1];
            return new CaseMatrices(fixture.Case, Comparison.Of(fixture.Case, received, fixture.Results), [.. found.Diagnosis.Select(d => d.Sentence)]).Fill(found);
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
        [.. (diagnosis?.Explanations ?? []).Select(e => new ReportedExplanation(e.Sentence, e.Tensors, e.Residual, e.Cases))];

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
        Worst = tensor.Worst is { } worst ? [EntryGrid.Of(worst)] : [],
    };

    private static ReportedSmallest Smallest(SmallestFailure smallest)
    {
        var wrong = smallest.Comparison.Tensors.Where(t => t.Verdict == Verdict.Disagrees).Select(t => t.Name).ToList();
        return smallest.Case.Tensors.All(t => t.Length <= LargestMatrix)
            ? new(
                smallest.Comparison.Name,
                smallest.Comparison.Replay,
                [.. smallest.Case.Tensors.Select(Matrix)],
                [.. wrong.Select(t => Matrix(smallest.Autograd[t]))],
                [.. wrong.Select(t => Matrix(smallest.Received[t]))])
            : new(smallest.Comparison.Name, smallest.Comparison.Replay, [], [], []);
    }

    private static ReportedMatrix Matrix(TensorStack stack) => new(stack.Name, [.. stack[0].ToArray().Chunk(stack.Columns)]);
}

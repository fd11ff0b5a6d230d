using GradOracle.Verdicts;

namespace GradOracle.Updates;

/// <summary>What a run of updates showed: step by step from the same weights, and over the whole run.</summary>
internal sealed record UpdateResult
{
    /// <summary>The case the run started from, a batch of one.</summary>
    public required CaseStack Start { get; init; }

    /// <summary>Its name.</summary>
    public string Case => Start.NameOf(0);

    /// <summary>The update on trial.</summary>
    public required IUpdate Update { get; init; }

    /// <summary>The derivation whose gradients the updates by hand used.</summary>
    public required Derivation Derivation { get; init; }

    /// <summary>The rule.</summary>
    public required UpdateRule Rule { get; init; }

    /// <summary>How many steps were asked for.</summary>
    public required int StepsAskedFor { get; init; }

    /// <summary>Every step taken.</summary>
    public required IReadOnlyList<UpdateStep> Steps { get; init; }

    /// <summary>L after the last step, by hand and by the optimiser.</summary>
    public required (double ByHand, double Expected) FinalLoss { get; init; }

    /// <summary>The first step that does not agree, with every parameter and buffer; null where there is
    /// none.</summary>
    public CaseComparison? Failure { get; init; }

    /// <summary>The known mistake that gives exactly the wrong weights received, in one sentence; null where none
    /// does.</summary>
    public string? Explanation { get; init; }

    /// <summary>Where the failure is: <c>step 3 from the same weights</c>; null where there is none.</summary>
    public string? FailedAt { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why the verdict is inconclusive or not comparable, or that the loss grows; null where there is nothing
    /// to say.</summary>
    public string? Remark { get; init; }

    /// <summary>After how many steps something was no longer finite in both runs; null where all stayed
    /// finite.</summary>
    public int? DivergedAfter { get; init; }

    /// <summary>The largest difference between any two weights of the two runs after the last step.</summary>
    public required double Distance { get; init; }

    /// <summary>The loss before each step and after the last, by hand.</summary>
    public IEnumerable<double> Losses => Steps.Select(s => s.Loss).Append(FinalLoss.ByHand);

    /// <summary>The same by the optimiser.</summary>
    public IEnumerable<double> ExpectedLosses => Steps.Select(s => s.ExpectedLoss).Append(FinalLoss.Expected);
}

/// <summary>One step.</summary>
/// <param name="Loss">L before it, by hand.</param>
/// <param name="ExpectedLoss">L before it, in the run of the optimiser.</param>
/// <param name="IsExact">Whether a certificate says that nothing is rounded, so that equality is owed.</param>
/// <param name="IsInformative">Whether the step from the same weights moved any weight by more than its bound.</param>
/// <param name="ErrorInBounds">From the same weights: the largest error in units of the bound, infinite where equality
/// is owed and missed.</param>
/// <param name="RunErrorInBounds">Over the whole run so far: the largest error in units of the bound.</param>
internal readonly record struct UpdateStep(
    double Loss, double ExpectedLoss, bool IsExact, bool IsInformative, double ErrorInBounds, double RunErrorInBounds);

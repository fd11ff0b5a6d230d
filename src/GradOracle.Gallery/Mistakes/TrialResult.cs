using GradOracle.Diagnoses;
using GradOracle.Verdicts;

namespace GradOracle.Gallery;

/// <summary>How a mistake that is caught is described.</summary>
internal enum Description
{
    /// <summary>As what it is.</summary>
    Named,

    /// <summary>By its place alone.</summary>
    Placed,

    /// <summary>Not at all.</summary>
    Silent,

    /// <summary>As what it is not.</summary>
    Wrong,
}

/// <summary>What the default check makes of a trial.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Caught">The first suite in which it is refused; null where it is in none.</param>
/// <param name="Description">How it is described, where it is caught.</param>
/// <param name="Said">What is said of it.</param>
internal sealed record TrialResult(
    Trial Trial, SuiteResult? Caught, Description Description, IReadOnlyList<string> Said)
{
    // Trials are run beside each other; the number of threads changes no result.
    private static readonly CheckOptions s_default = new() { Threads = 1, FindingsKept = 1 };
    private static readonly AnalysisDepth s_depth = new(Cases: 1, Examined: 1, InFull: 0);

    /// <summary>In how many cases before that nothing could be told.</summary>
    public int Inconclusive { get; init; }

    /// <summary>Whether a wrong derivation is caught, or a right one agrees.</summary>
    public bool IsRight => Trial.IsWrong == Caught is not null;

    /// <summary>Runs the default check suite by suite, to the first that refuses.</summary>
    public static TrialResult Of(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var inconclusive = 0;
        foreach (var suite in GradientCheck.Suites(trial.Derivation, s_default))
        {
            if (suite.Verdict > Verdict.Inconclusive)
            {
                return Of(trial, suite, FailureAnalysis.Of(trial.Derivation, [suite], s_depth)[0]);
            }

            inconclusive += suite.Counts[Verdict.Inconclusive];
        }

        return new(trial, null, Description.Silent, []) { Inconclusive = inconclusive };
    }

    /// <summary>Runs many, in as many threads as there are processors.</summary>
    public static IReadOnlyList<TrialResult> Of(IReadOnlyList<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var results = new TrialResult[trials.Count];
        Parallel.For(
            0,
            trials.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i => results[i] = Of(trials[i]));
        return results;
    }

    private static TrialResult Of(Trial trial, SuiteResult caught, FailureAnalysis analysis)
    {
        var found = analysis.Found;
        var diagnosis = analysis.Diagnosis;
        IReadOnlyList<string> causes = [.. diagnosis?.Explanations.Select(e => e.Sentence) ?? []];
        if (diagnosis?.IsPlaceOnly == true)
        {
            return Placed(trial, caught, [.. causes, .. diagnosis.Unexplained]);
        }

        if (causes.Count > 0)
        {
            return new(trial, caught, DescriptionOf(trial, causes), causes);
        }

        // A habit is no edit of the backward pass, and is said in a sentence.
        if (diagnosis?.Unexplained.Any(trial.IsNamedBy) == true)
        {
            return new(trial, caught, Description.Named, diagnosis.Unexplained);
        }

        // Where there is no diagnosis the comparison may say it: NaN, inputs that are modified, digits that are lost.
        // The output is the place where the forward is wrong.
        List<string> reasons = [.. found.Tensors.Prepend(found.Forward)
            .Where(t => t.Verdict >= Verdict.Disagrees && t.Reason is not null).Select(t => t.Reason!).Distinct()];
        return found.IsMisconduct
            || reasons.Exists(trial.IsNamedBy) ? new(trial, caught, DescriptionOf(trial, reasons), reasons)
            : found.Forward.Verdict > Verdict.Inconclusive ? Placed(
                trial, caught, [.. reasons.Prepend("the forward outputs differ")])
            : new(trial, caught, Description.Silent, reasons);
    }

    private static TrialResult Placed(Trial trial, SuiteResult caught, IReadOnlyList<string> sentences) =>
        new(trial, caught, sentences.Any(trial.IsPlacedBy) ? Description.Placed : Description.Wrong, sentences);

    // One sentence for one cause: what else is said is wrong.
    private static Description DescriptionOf(Trial trial, IReadOnlyList<string> sentences) =>
        sentences.Count == 0 ? Description.Silent
        : sentences.All(trial.IsNamedBy) ? Description.Named
        : Description.Wrong;
}

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
/// <param name="Caught">The first suite in which it does not agree; null where it agrees in all.</param>
/// <param name="Description">How it is described, where it is caught.</param>
/// <param name="Said">What is said of it.</param>
internal sealed record TrialResult(Trial Trial, SuiteResult? Caught, Description Description, IReadOnlyList<string> Said)
{
    // Trials are run beside each other; the number of threads changes no result.
    private static readonly CheckOptions s_default = new() { Threads = 1 };
    private static readonly AnalysisDepth s_depth = new(Cases: 1, Examined: 1, InFull: 0);

    /// <summary>Whether a wrong derivation is caught, or a right one agrees.</summary>
    public bool IsRight => Trial.IsWrong == Caught is not null;

    /// <summary>Runs the default check suite by suite, to the first that does not agree.</summary>
    public static TrialResult Of(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var caught = GradientCheck.Suites(trial.Derivation, s_default).FirstOrDefault(s => s.Verdict != Verdict.Agrees);
        if (caught is null)
        {
            return new(trial, null, Description.Silent, []);
        }

        var analysis = FailureAnalysis.Of(trial.Derivation, [caught], s_depth)[0];
        return Of(trial, caught, analysis);
    }

    /// <summary>Runs many, in as many threads as there are processors.</summary>
    public static IReadOnlyList<TrialResult> Of(IReadOnlyList<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var results = new TrialResult[trials.Count];
        Parallel.For(0, trials.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => results[i] = Of(trials[i]));
        return results;
    }

    private static TrialResult Of(Trial trial, SuiteResult caught, FailureAnalysis analysis)
    {
        var found = analysis.Found;
        if (analysis.Diagnosis is { } diagnosis)
        {
            IReadOnlyList<string> causes = [.. diagnosis.Explanations.Select(e => e.Sentence)];
            return diagnosis.IsPlaceOnly
                ? Placed(trial, caught, [.. causes, .. diagnosis.Unexplained])
                : new(trial, caught, DescriptionOf(trial, causes), causes);
        }

        // The output is the place where the forward is wrong; what a derivation does beside its gradients is named by the comparison.
        var reasons = found.Tensors.Prepend(found.Forward).Where(t => t.Verdict >= Verdict.Disagrees && t.Reason is not null).Select(t => t.Reason!).Distinct().ToList();
        return found.IsMisconduct ? new(trial, caught, DescriptionOf(trial, reasons), reasons)
            : found.Forward.Verdict > Verdict.Inconclusive ? Placed(trial, caught, [.. reasons.Prepend("the forward outputs differ")])
            : new(trial, caught, Description.Silent, reasons);
    }

    private static TrialResult Placed(Trial trial, SuiteResult caught, IReadOnlyList<string> sentences) =>
        new(trial, caught, sentences.Any(trial.IsPlacedBy) ? Description.Placed : Description.Wrong, sentences);

    // One sentence for one cause: what else is said is wrong.
    private static Description DescriptionOf(Trial trial, IReadOnlyList<string> sentences) => sentences.Count == 0 ? Description.Silent
        : sentences.All(trial.IsNamedBy) ? Description.Named
        : Description.Wrong;
}

namespace GradOracle.Diagnoses;

/// <summary>What a derivation gives on several cases.</summary>
internal static class Observations
{
    private const int LargestCase = 1 << 14;

    /// <summary>The gradients that differ in any of them.</summary>
    public static List<string> WrongIn(List<Observation> observations) =>
        [.. observations[0].Pass.Gradients.Keys.Where(t => observations.Any(o => o.IsWrong(t)))];

    /// <summary>Those that a diagnosis is made of: of few steps, or where these are not enough to see the mistake of as
    /// many as the failing case has.</summary>
    public static List<Observation> Of(Derivation derivation, CaseStack failing)
    {
        var observations = Of(derivation, failing, isKept: false);
        return observations.Count > 0 && WrongIn(observations).Count == 0 && !observations.Exists(o => o.Failed)
            ? Of(derivation, failing, isKept: true)
            : observations;
    }

    // The same steps must have been taken, or places in one backward pass mean nothing in another.
    private static List<Observation> Of(Derivation derivation, CaseStack failing, bool isKept)
    {
        var cases = DiagnosticCases.Of(failing, isKept).Concat(DiagnosticCases.Alike(failing, isKept));
        if (failing.Tensors.Sum(t => t.Length) <= LargestCase)
        {
            cases = cases.Append(failing with { Type = ElementType.Float64 });
        }

        var observations = cases.Select(c => Observation.Of(derivation, c)).Where(o => o.IsFinite).ToList();
        return [.. observations.Where(o => o.Pass.TakesTheStepsOf(observations[0].Pass))];
    }
}

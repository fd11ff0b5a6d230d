using GradOracle.Cases;

namespace GradOracle.Diagnoses;

/// <summary>What is wrong on the way forth, where the output itself is wrong.</summary>
internal static class ForwardDiagnosis
{
    private const int Cases = 5;
    private const int LeastWrong = 3;

    /// <summary>The diagnosis; null where nothing is found.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="failing">A batch of one case whose output is wrong.</param>
    public static Diagnosis? Of(Derivation derivation, CaseStack failing)
    {
        if (!failing.Network.HasGraph)
        {
            return null;
        }

        var seed = failing.FirstSeed ^ 0xF0;
        List<QuickRun> probes = [.. DiagnosticCases.Scenarios(failing).Take(Cases)
            .Select(
                s => QuickRun.Of(
                    derivation,
                    CaseGenerator.Generate(
                        new(s, CaseKind.Real, ElementType.Float64, seed += 1000)))).OfType<QuickRun>()];
        if (probes.Exists(p => !p.Pass.TakesTheStepsOf(probes[0].Pass)))
        {
            probes = [.. probes.Where(p => p.Pass.TakesTheStepsOf(probes[0].Pass))];
        }

        if (probes.Count(p => p.IsOutputWrong) >= LeastWrong)
        {
            var edits = NormEdits.OnTheWayForth(probes[0].Pass).Concat(ForwardEdits.Of(probes[0].Pass));
            var fitting = edits.FirstOrDefault(e => probes.TrueForAll(p =>
                p.Pass.PredictOutput(e) is { } output && QuickRun.IsNear(p.Output, output, 1e-9)));
            if (fitting is not null)
            {
                return Told(fitting.Findings[0], probes.Count);
            }
        }

        return Thresholds.OfOutput(derivation, failing) is { } finding ? Told(finding, Cases) : null;
    }

    private static Diagnosis Told(Finding finding, int cases) =>
        new([new Explanation([new Alternative([finding], [])], [Networks.Scenario.OutputName], 0, cases)], []);
}

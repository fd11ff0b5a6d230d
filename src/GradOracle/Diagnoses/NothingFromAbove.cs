using System.Globalization;

namespace GradOracle.Diagnoses;

/// <summary>Derivations that give something where nothing comes from above.</summary>
internal static class NothingFromAbove
{
    private const int CasesAtNothing = 3;

    /// <summary>What comes back where nothing comes from above: nothing, or else something is divided by, or added to,
    /// the adjoint.</summary>
    public static Explanation? Of(
        Derivation derivation, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var any = observations[0].Pass.Case;
        if (!any.Scenario.HasFreeTarget || !any.Network.HasGraph)
        {
            return null;
        }

        // The target is the output: of an error nothing is left.
        var seen = 0;
        List<QuickRun> probes = [];
        foreach (var observation in observations.DistinctBy(o => o.Pass.Case.Shape.ToString()).Take(CasesAtNothing))
        {
            var batch = observation.Pass.Case with { Kind = CaseKind.Real };
            batch = batch with { Tensors = [.. batch.Tensors.SkipLast(1), batch.Target.With([.. observation.Pass.ValueOf(batch.Scenario.Output).Values])] };
            if (QuickRun.Of(derivation, batch) is { } probe
                && Array.TrueForAll(
                    probe.Pass.ValueOf(probe.Pass.AdjointOf(batch.Scenario.Output)).Values, v => v == 0))
            {
                probes.Add(probe);
                seen += wrong.Any(probe.IsNotFinite) ? 1 : 0;
            }
        }

        if (seen > 1 && seen == probes.Count)
        {
            return Habits.Told(
                "the derivation has NaN where ∂L/∂Ŷ is 0: 0/0 where nothing comes from above", wrong, observations);
        }

        return probes.Count > 1 ? Added(probes, observations, wrong) : null;
    }

    // An ε: what is left where nothing comes from above is a multiple of what ones there make of it.
    private static Explanation? Added(
        List<QuickRun> probes, IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        foreach (var node in probes[0].Pass.NamedNodes)
        {
            if (probes[0].Pass.Backward.AdjointOf(node) is null)
            {
                continue;
            }

            var key = probes[0].Pass.KeyOf(node);
            Edit With(double ε) => new(84, new Finding(string.Create(CultureInfo.InvariantCulture, $"{ε:G6} is added to {{P}}"), Place.Adjoint(probes[0].Pass.Backward, node)), true, p =>
                p.Find(key) is { } here && p.Backward.AdjointOf(here) is { } D
                    ? Changes.Of(D, D + Graphs.Constant.Of(D.Sizes, ε))
                    : new Changes());
            if (probes[0].Pass.Predict(With(1)) is not { } ones)
            {
                continue;
            }

            var (along, length) = (0.0, 0.0);
            foreach (var tensor in wrong)
            {
                var received = probes[0].Received(tensor);
                for (var j = 0; received is not null && j < received.Length; j++)
                {
                    along += received.Values[j] * ones[tensor].Values[j];
                    length += ones[tensor].Values[j] * ones[tensor].Values[j];
                }
            }

            var edit = With(
                double.Parse(
                    (along / length).ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            if (along != 0 && double.IsFinite(along / length)
                && probes.TrueForAll(
                    p => p.Pass.Predict(edit) is { } predicted
                        && predicted.All(g => QuickRun.IsNear(p.Received(g.Key), g.Value)))
                && probes.Exists(p => wrong.Any(p.IsWrong)))
            {
                return Habits.Told(edit.Findings[0], wrong, observations);
            }
        }

        return null;
    }
}

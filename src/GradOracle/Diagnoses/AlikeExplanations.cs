namespace GradOracle.Diagnoses;

/// <summary>The same mistake on several gradients: one mistake, and one sentence.</summary>
internal static class AlikeExplanations
{
    /// <summary>Those that say the same of one gradient each, as one.</summary>
    public static IEnumerable<Explanation> Merged(List<Explanation> explanations)
    {
        static Finding? OnGradient(Explanation e) =>
            e.Alternatives is [{ OnlyIn: [], Findings: [{ Place.Kind: PlaceKind.Gradient, Also: [] } only] }]
            && only.Kind.Contains("{P}", StringComparison.Ordinal)
            && (only.Kind == "{P} {F}"
                || only.Kind.StartsWith(Finding.HasIts, StringComparison.Ordinal)
                || !only.Kind.StartsWith("{P}", StringComparison.Ordinal)) ? only : null;
        foreach (var alike in explanations.GroupBy(e => OnGradient(e) is { } f ? f.Without(f.Place!.ToString()) : e.Sentence))
        {
            List<Explanation> all = [.. alike];
            if (all.Count == 1 || OnGradient(all[0]) is not { } finding)
            {
                yield return all[0];
                continue;
            }

            yield return new(
                [new Alternative([finding.OfAll([.. all.SelectMany(e => e.Tensors)])], [])],
                [.. all.SelectMany(e => e.Tensors)],
                all.Max(e => e.Residual),
                all.Max(e => e.Cases));
        }
    }
}

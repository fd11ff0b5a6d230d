namespace GradOracle.Diagnoses;

/// <summary>Chooses, among the mistakes that fit, those that are told: as few as explain what is wrong, and for the
/// rest its place.</summary>
internal static class Choice
{
    /// <summary>So many mistakes that have nothing to do with each other are believed.</summary>
    public const int MostSeparate = 2;

    private const int AlternativesSaid = 3;

    /// <summary>The diagnosis.</summary>
    /// <param name="candidates">The mistakes that fit.</param>
    /// <param name="wrong">The gradients that are wrong.</param>
    /// <param name="observations">What was received.</param>
    /// <param name="tried">How many mistakes were tried.</param>
    public static Diagnosis Of(
        List<Candidate> candidates, List<string> wrong, List<Observation> observations, int tried)
    {
        var explanations = new List<Explanation>();
        var remaining = wrong.ToHashSet();
        while (candidates.Where(c => c.Tensors.Any(remaining.Contains)).ToList() is { Count: > 0 } useful)
        {
            var best = useful.OrderByDescending(c => c.TouchesNothingElse).ThenByDescending(
                c => c.Tensors.Count(remaining.Contains)).ThenBy(c => c.Edit.Order).First();
            var tensors = wrong.Where(t => remaining.Contains(t) && best.Tensors.Contains(t)).ToList();
            var others = useful.Where(
                c => c.Edit.IsKnown
                    && best.Edit.IsKnown
                    && c.TouchesNothingElse == best.TouchesNothingElse
                    && tensors.All(c.Tensors.Contains)
                    && c.DiffersFrom(best, tensors));
            List<Candidate> alternatives = [best, .. others.Take(AlternativesSaid - 1)];
            explanations.Add(new(
                [.. alternatives.Select(c => new Alternative(c.Edit.Findings, c.TouchesNothingElse ? [] : tensors)).DistinctBy(a => a.ToString())],
                tensors,
                best.Residual,
                best.Cases));
            remaining.ExceptWith(tensors);
        }

        explanations = [.. AlikeExplanations.Merged(explanations)];

        // In code without a graph there are no places.
        if (!observations[0].Pass.Case.Network.HasGraph)
        {
            return new(explanations, Unexplained.Of([.. wrong.Where(remaining.Contains)], observations, tried));
        }

        // One cause that is only placed is likelier than several that each explain a part.
        var places = WrongPlace.Of(observations[0].Pass, wrong);
        var isInParts = explanations.Count > MostSeparate
            || explanations.Skip(1).Any(e => e.Alternatives[0].OnlyIn.Count > 0);
        if (places is [{ IsInner: true } only] && (remaining.Count > 0 || isInParts))
        {
            return new([], [Told(only, tried)]) { Places = [only.Finding] };
        }

        places = WrongPlace.Of(observations[0].Pass, [.. wrong.Where(remaining.Contains)], wrong);
        return new(
            explanations,
            [.. places.Select(p => p.IsInner ? Told(p, tried) : Unexplained.Of(p.Tensors[0], observations, tried))])
        {
            Places = [.. places.Select(p => p.Finding)],
        };
    }

    private static string Told(WrongPlace place, int tried) =>
        $"{place.Sentence}; none of {tried} known mistakes there gives their values";
}

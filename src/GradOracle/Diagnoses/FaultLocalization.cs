using GradOracle.Messages;
using GradOracle.Networks;

namespace GradOracle.Diagnoses;

/// <summary>Finds which mistake, made in the right backward pass, gives the gradients that a wrong derivation
/// gives.</summary>
/// <remarks>
/// The right backward pass is read off the network's statement. Every mistake of a fixed catalogue is made in it, one
/// at a time, and what it predicts is held against what was received, on cases of different sizes; factors are found by
/// least squares over the contributions. Only what fits every case counts, exact cases with residual 0.
/// </remarks>
internal static class FaultLocalization
{
    private const int LargestCase = 1 << 14;
    private const int FittedCases = 3;
    private const int AlternativesSaid = 3;
    private const int MostSeparate = 2;
    private const int FewEdits = 1500;
    private const int RarelyWrong = 3;

    /// <summary>The diagnosis of a derivation that does not agree on a case; null where it agrees on all that was
    /// tried.</summary>
    /// <param name="derivation">The derivation on trial.</param>
    /// <param name="failing">A batch of one case on which it does not agree.</param>
    public static Diagnosis? Of(Derivation derivation, CaseStack failing)
    {
        ArgumentNullException.ThrowIfNull(derivation);
        ArgumentNullException.ThrowIfNull(failing);
        var observations = Observe(derivation, failing);
        if (observations.Count == 0)
        {
            return Diagnosis.Of("the right gradients overflow in every case tried");
        }

        var first = observations[0].Pass;
        var wrong = WrongIn(observations);
        // A mistake that gives no number where none was received explains that too.
        IReadOnlyList<string> Missing(Diagnosis? of) => [.. first.Gradients.Keys
            .Where(t => observations.Any(o => !o.Failed && o.Received[t] is null))
            .Where(t => of?.Explanations.Any(e => e.Tensors.Contains(t)) != true)
            .Select(t => $"the derivation gives no finite gradient of {t}, at least in some cases")];
        var missing = Missing(null);
        if (wrong.Count == 0 && missing.Count > 0)
        {
            return new([], missing);
        }

        if (wrong.Count == 0)
        {
            var failed = observations.Where(o => o.Failed).ToList();
            return failed.Count == 0 ? null : Diagnosis.Of(failed.Count == observations.Count
                ? "the derivation gives nothing that could be compared, at any of the sizes tried"
                : $"the derivation fails at some sizes, {failed[0].Pass.Case.Shape} among them, and is right at those where it does not");
        }

        if (observations.Exists(o => !o.LossIsRight() || !o.PassIsRight()))
        {
            return Diagnosis.Of($"the hand-written ∂L/∂Ŷ of the loss {failing.Loss.Name} is not autograd's: check the loss before the derivation");
        }

        if (CutNumbers.Of(observations, wrong) is { } habit)
        {
            return new([habit], missing);
        }

        if (CutOff.Of(derivation, failing, wrong) is { } cutOff)
        {
            return new([Habits.Told(cutOff, wrong, observations)], missing);
        }

        // Where hardly any case is wrong it is likelier to be the sizes than a term.
        var isRare = first.Case.Network.HasGraph && observations.Count(o => wrong.Any(o.Differs)) <= RarelyWrong;
        List<Candidate> choices = first.Case.Network.HasGraph
            ? [.. Fitting(ChoiceEdits.Of(first, wrong), observations, wrong)] : [];
        var isChoice = choices.Exists(c => c.TouchesNothingElse && wrong.All(c.Tensors.Contains));
        if (isRare && !isChoice && Habits.InSizes(derivation, failing, observations, wrong) is { } rare)
        {
            return new([rare], missing);
        }

        var edits = Edits(observations, wrong);
        List<Candidate> candidates = [.. choices, .. Fitting(edits, observations, wrong)];
        bool IsExplained() => candidates.Exists(c => c.TouchesNothingElse && wrong.All(c.Tensors.Contains));
        if (!IsExplained())
        {
            candidates.AddRange(FormulaSearch.Of(observations, wrong));
        }

        if (!IsExplained() && first.Case.Network.HasGraph)
        {
            List<Edit> slips =
            [
                .. SlipEdits.Of(first, wrong).DistinctBy(e => (e.Sentence, e.Order)), .. TimeOrderEdits.Of(first),
                .. OperandEdits.Of(first, wrong), .. NeighbourEdits.Of(first),
            ];
            edits.AddRange(slips);
            candidates.AddRange(Fitting(slips, observations, wrong));
        }

        if (!IsExplained() && first.Case.Network.HasGraph && !first.IsLarge && !IsExplainedApart(candidates, wrong))
        {
            candidates.AddRange(PairSearch.Of(observations, wrong, edits, candidates));
        }

        var diagnosis = Choose(candidates, wrong, observations, edits.Count);
        if (diagnosis.Unexplained.Count > 0 && (Habits.InCases(derivation, observations, wrong)
            ?? (first.Case.Network.HasGraph ? NothingFromAbove.Of(derivation, observations, wrong)
                ?? (isRare ? null : Habits.InSizes(derivation, failing, observations, wrong))
                ?? Habits.InScales(derivation, failing, observations, wrong) : null)) is { } shown)
        {
            return new([shown], missing);
        }

        return diagnosis with { Unexplained = [.. diagnosis.Unexplained, .. Missing(diagnosis)] };
    }

    // Mistakes that have nothing to do with each other, each with its own gradients.
    private static bool IsExplainedApart(List<Candidate> candidates, List<string> wrong)
    {
        var (apart, remaining) = (candidates.Where(c => c.TouchesNothingElse).ToList(), wrong.ToHashSet());
        for (var i = 0; i < MostSeparate && remaining.Count > 0 && apart.Count > 0; i++)
        {
            remaining.ExceptWith(apart.MaxBy(c => c.Tensors.Count(remaining.Contains))!.Tensors);
        }

        return remaining.Count == 0;
    }

    private static IEnumerable<Candidate> Fitting(
        IEnumerable<Edit> edits, List<Observation> observations, List<string> wrong) =>
        edits.Select(e => Candidate.Of(e, observations, wrong)).OfType<Candidate>();

    private static List<string> WrongIn(List<Observation> observations) =>
        [.. observations[0].Pass.Gradients.Keys.Where(t => observations.Any(o => o.Received[t] is not null && o.Differs(t)))];

    // Where few steps are not enough to see the mistake, as many as the failing case has.
    private static List<Observation> Observe(Derivation derivation, CaseStack failing)
    {
        var observations = Observe(derivation, failing, isKept: false);
        return observations.Count > 0 && WrongIn(observations).Count == 0 && !observations.Exists(o => o.Failed)
            ? Observe(derivation, failing, isKept: true)
            : observations;
    }

    // The same steps must have been taken, or places in one backward pass mean nothing in another.
    private static List<Observation> Observe(Derivation derivation, CaseStack failing, bool isKept)
    {
        var cases = DiagnosticCases.Of(failing, isKept).Concat(DiagnosticCases.Alike(failing, isKept));
        if (failing.Tensors.Sum(t => t.Length) <= LargestCase)
        {
            cases = cases.Append(failing with { Type = ElementType.Float64 });
        }

        var observations = cases.Select(c => Observation.Of(derivation, c)).Where(o => o.IsFinite).ToList();
        return [.. observations.Where(o => o.Pass.TakesTheStepsOf(observations[0].Pass))];
    }

    private static List<Edit> Edits(List<Observation> observations, List<string> wrong)
    {
        var pass = observations[0].Pass;
        List<Edit> edits =
        [
            .. PassEdits.Of(pass), .. ProductEdits.Of(pass), .. SumEdits.Of(pass), .. AxisEdits.Of(pass),
            .. TimeEdits.Of(pass), .. TensorEdits.Of(pass), .. StatisticsEdits.Of(pass), .. PartOrderEdits.Of(pass),
            .. NormEdits.Of(pass), .. MovedFactors.Of(pass),
        ];
        foreach (var observation in observations.Where(o => !o.Failed).Take(FittedCases))
        {
            edits.AddRange(PassEdits.EarlyUpdates(observation.Pass, observation.Received));
        }

        foreach (var tensor in wrong)
        {
            foreach (var observation in observations.Where(o => o.Received[tensor] is not null && o.Differs(tensor)).Take(FittedCases))
            {
                edits.AddRange(ContributionEdits.Of(observation.Pass, tensor, observation.Received[tensor]!));
                edits.AddRange(TensorEdits.Parts(observation.Pass, tensor, observation.Received[tensor]!));
            }
        }

        edits = [.. edits.DistinctBy(e => (e.Sentence, e.Order))];
        return edits.Count <= FewEdits ? edits : [.. edits.Where(e => OnlyReaches(e, pass, wrong))];
    }

    // In a large network what would also spoil a gradient that is right is not looked into: it would have to be used
    // here, and not there.
    private static bool OnlyReaches(Edit edit, BackwardPass pass, List<string> wrong)
    {
        try
        {
            var changes = edit.Change(pass);
            return changes.Nodes.Keys.All(n => pass.TensorsBehind(n).All(wrong.Contains))
                && changes.Gradients.Keys.All(wrong.Contains);
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static Diagnosis Choose(
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
            return new(explanations, Unexplained([.. wrong.Where(remaining.Contains)], observations, tried));
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
            [.. places.Select(p => p.IsInner ? Told(p, tried) : Unexplained(p.Tensors[0], observations, tried))])
        {
            Places = [.. places.Select(p => p.Finding)],
        };
    }

    private static string Told(WrongPlace place, int tried) =>
        $"{place.Sentence}; none of {tried} known mistakes there gives their values";

    // What is wrong all over is told together, and only once that there is no graph.
    private static List<string> Unexplained(
        IReadOnlyList<string> tensors, List<Observation> observations, int tried)
    {
        const string Placeless = $"; {TorchStatement.NoGraph}, so no place on the way back can be named";
        var allOver = tensors.Where(tensor => PartOf(tensor, observations) is null).ToList();
        List<string> told = allOver.Count < 2 ? [] :
            [$"{TensorWords.GradientsAre(allOver)} wrong, and none of {tried} known mistakes gives their values"];
        told.AddRange(tensors.Where(tensor => told.Count == 0 || !allOver.Contains(tensor))
            .Select(tensor => Unexplained(tensor, observations, tried)).ToList());
        return told.Count == 0 ? [] : [.. told.SkipLast(1), told[^1] + Placeless];
    }

    private static string Unexplained(string tensor, List<Observation> observations, int tried)
    {
        var where = PartOf(tensor, observations) is { } part
            ? $"only {part} of the gradient of {tensor} is wrong, and"
            : $"the gradient of {tensor} is wrong, and";
        return $"{where} none of {tried} known mistakes gives its values";
    }

    private static string? PartOf(string tensor, List<Observation> observations) => TensorEdits.WhereWrong(
        [.. observations.Where(o => o.Received[tensor] is not null && o.Differs(tensor)).Select(o => (o.Pass.Gradients[tensor], o.Received[tensor]!))]);
}

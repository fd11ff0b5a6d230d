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
    private const int FittedCases = 3;
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
        var observations = Observations.Of(derivation, failing);
        if (observations.Count == 0)
        {
            return Diagnosis.Of("the right gradients overflow in every case tried");
        }

        var first = observations[0].Pass;
        var wrong = Observations.WrongIn(observations);
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

        var diagnosis = Choice.Of(candidates, wrong, observations, edits.Count);
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
        for (var i = 0; i < Choice.MostSeparate && remaining.Count > 0 && apart.Count > 0; i++)
        {
            remaining.ExceptWith(apart.MaxBy(c => c.Tensors.Count(remaining.Contains))!.Tensors);
        }

        return remaining.Count == 0;
    }

    private static IEnumerable<Candidate> Fitting(
        IEnumerable<Edit> edits, List<Observation> observations, List<string> wrong) =>
        edits.Select(e => Candidate.Of(e, observations, wrong)).OfType<Candidate>();

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
            foreach (var observation in observations.Where(o => o.IsWrong(tensor)).Take(FittedCases))
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
}

namespace GradOracle.Diagnoses;

/// <summary>Searches small formulas for what was carried to a place in place of the right thing.</summary>
/// <remarks>
/// From a place on, the backward pass is linear: so all formulas are pushed through it at once, and those whose
/// response, times a plain number, gives what was received are candidates. Nothing is believed before every case has
/// been asked.
/// </remarks>
internal static class FormulaSearch
{
    private const int MostSlots = 40;
    private const int CheapEnough = Edit.FirstFormula + 38; // a plain formula, and the nearest to the leaves

    /// <summary>The candidates found at the places that account for most, and as few places as do.</summary>
    public static IReadOnlyList<Candidate> Of(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var found = new List<Candidate>();
        if (Base(observations, wrong) is not { } seen)
        {
            return found;
        }

        var slots = FormulaSlot.Of(seen.Pass, wrong).Take(MostSlots).ToList();
        foreach (var tier in slots.GroupBy(s => s.Tier))
        {
            foreach (var slot in tier.TakeWhile(_ => !found.Exists(c => c.Edit.Order <= CheapEnough && wrong.All(c.Tensors.Contains))))
            {
                found.AddRange(Edits(slot, seen).Select(e => Candidate.Of(e, observations, wrong)).OfType<Candidate>()
                    .Where(c => c.TouchesNothingElse));
            }

            if (found.Exists(c => wrong.All(c.Tensors.Contains)))
            {
                break;
            }
        }

        return found;
    }

    // Reals fit nothing by chance: integers are small, and the same ones come back.
    private static Observation? Base(IReadOnlyList<Observation> observations, IReadOnlyList<string> wrong)
    {
        var usable = observations.Where(
            o => wrong.All(t => o.Received[t] is { } r && r.Sizes.Equals(o.Pass.Gradients[t].Sizes))
                && wrong.Any(o.Differs)).ToList();

        // Where all that was received is 0, every formula times 0 fits.
        bool IsReal(Observation o) => o.Pass.Case is { Kind: CaseKind.Real, Values: null };
        bool IsSomething(Observation o) => wrong.All(t => o.Received[t]!.Values.Any(v => v != 0));
        return usable.Find(o => IsReal(o) && IsSomething(o)) ?? usable.Find(IsReal) ?? usable.FirstOrDefault();
    }

    private static IEnumerable<Edit> Edits(FormulaSlot slot, Observation seen)
    {
        var home = slot.Home;
        var terms = FormulaTerms.Of(home);
        var values = slot.Values(terms);
        var messages = slot.Values(FormulaTerms.Messages(home));
        var (without, moves) = slot.Response();
        double[] received = [.. slot.Tensors.SelectMany(t => seen.Received[t]!.Values)];
        var fit = new FormulaFit(received.Zip(without, (a, b) => a - b).ToArray(), moves, messages, values);
        foreach (var (factors, added) in fit.Hits([.. terms.Select(t => t.Cost)]))
        {
            foreach (var sum in Readings(home, factors, [.. added.Select(a => (a.Factor, terms[a.Term]))]))
            {
                foreach (var isEverywhere in slot.Choices)
                {
                    yield return slot.Edit(sum, isEverywhere);
                }
            }
        }
    }

    // Each factor as a person would read it; none where one is no plain number.
    private static IEnumerable<FormulaSum> Readings(
        Site home, IReadOnlyList<double> messages, IReadOnlyList<(double Factor, Term Term)> added)
    {
        const int most = 4;
        var shape = home.Pass.Case.Shape;
        var choices = messages.Concat(added.Select(a => a.Factor)).Select(
            f => Coefficient.Plain(f, shape).Take(most).ToList()).ToList();
        IEnumerable<IReadOnlyList<Coefficient?>> all = [[]];
        foreach (var choice in choices)
        {
            all = from some in all from next in choice select (IReadOnlyList<Coefficient?>)[.. some, next];
        }

        return all.Select(
            c => new FormulaSum(
                home, [.. c.Take(messages.Count)], [.. added.Select((a, i) => (c[messages.Count + i], a.Term))])
                .Plainly());
    }
}

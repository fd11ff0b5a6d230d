namespace GradOracle.Verdicts;

/// <content>One case in full, in words: what a report tells.</content>
internal sealed partial record Comparison
{
    private const string NoRounding =
        "within the proven bound, but no rounding: it does not shrink with the unit roundoff";

    private const string LosesDigits =
        "loses digits: the difference shrinks with the unit roundoff, so no term is wrong, "
        + "but on the way it adds and subtracts, or divides and multiplies by, what is in no term";

    /// <summary>One case in full.</summary>
    public CaseComparison Describe(int index)
    {
        var alone = Case.Alone(index);
        var reasons = new Reasons(alone);
        var forward = Describe(index, Received.Output, Expected.Output, reasons);
        if (forward.Verdict > Verdict.Inconclusive)
        {
            return new(alone, Verdict.NotComparable, forward, []);
        }

        List<TensorComparison> tensors =
            [.. Expected.Gradients.Select((expected, i) => Describe(index, Received.Gradients[i], expected, reasons))];

        var onTheWay = WayBack.Describe(index, reasons);

        // A drawn case may be all zeros among many; a case of one's own that is would pass any derivation.
        var verdict = tensors.Concat(onTheWay).Append(forward).Max(t => t.Verdict);
        return verdict == Verdict.Agrees && Case.File is not null && tensors.TrueForAll(t => t.IsZero)
            ? new(alone, Verdict.Inconclusive, forward, [.. tensors.Select(t => t with { Verdict = Verdict.Inconclusive, Reason = "all gradients are zero, so the case tests nothing" })])
            : new(alone, verdict, forward, tensors) { Detour = Detour, OnTheWayBack = onTheWay };
    }

    /// <summary>One entry of a gradient or of the output of one case; null where there is nothing to compare: the
    /// tensor is missing, has another size, or is not one of these.</summary>
    public Func<int, EntryComparison>? EntriesOf(int index, string tensor)
    {
        if (Expected.All.FirstOrDefault(t => t.Name == tensor) is not { } expected
            || Received.FaultOf(index, tensor) is not null)
        {
            return null;
        }

        var received = Received.All.Single(t => t.Name == tensor);
        var estimate = Find(index, received, expected).Estimate;
        return at => Entry(index, received, expected, estimate, at);
    }

    private EntryComparison Entry(
        int index, TensorStack received, TensorStack expected, double? estimate, int at) => new(
        at / expected.Columns, at % expected.Columns, expected[index][at], received[index][at],
        estimate ?? EntryStatistics.AllowedAt(Errors[expected.Name, index], at));

    private TensorComparison Describe(int index, TensorStack received, TensorStack expected, Reasons reasons)
    {
        if (Received.FaultOf(index, expected.Name) is { } fault)
        {
            return new(expected.Name, expected.Sizes, Verdict.NotComparable, 0, null, fault)
            {
                IsMisconduct = Received.IsMisconduct(index, expected.Name),
            };
        }

        var found = Find(index, received, expected);
        var worst = Entry(index, received, expected, found.Estimate, found.Statistics.WorstIndex);
        var reason = found.Verdict switch
        {
            Verdict.NotComparable => reasons.NotFinite(worst, expected.Sizes.PlaceOf(found.Statistics.WorstIndex)),
            Verdict.Inconclusive => Reasons.TooWide(found.Statistics),
            Verdict.Disagrees when found.IsNoRounding => NoRounding,
            Verdict.Disagrees when JudgeOf(index).LosesDigits(expected.Name, found.Statistics) => LosesDigits,
            _ => null,
        };
        var differing = found.Statistics.Differing;
        return new(expected.Name, expected.Sizes, found.Verdict, differing, worst, reason)
        {
            Basis = found.Basis,
            IsZero = found.IsZero,
        };
    }
}

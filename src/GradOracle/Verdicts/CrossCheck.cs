using GradOracle.Bounds;
using GradOracle.Oracles;

namespace GradOracle.Verdicts;

/// <summary>What several oracles say of one case, and who agrees with whom.</summary>
/// <param name="Groups">Those that agree with each other, a group each: the derivation and the oracles, by
/// name.</param>
/// <param name="NotApplicable">Oracles that cannot serve the case, each with the reason.</param>
internal sealed record CrossCheck(
    IReadOnlyList<IReadOnlyList<string>> Groups, IReadOnlyList<(string Oracle, string Reason)> NotApplicable)
{
    private const string Derivation = "derivation";

    /// <summary>Whether all oracles that serve the case agree with each other.</summary>
    public bool OraclesAgree => Groups.Count(g => g.Any(w => w != Derivation)) <= 1;

    /// <summary>The one that stands alone against at least two others: the derivation or an oracle; null where there is
    /// no such one.</summary>
    public string? OddOneOut =>
        Groups is [_, _] && Groups.Sum(g => g.Count) > 2 && Groups.FirstOrDefault(g => g.Count == 1) is [var alone]
        ? alone
        : null;

    /// <summary>Who agrees with whom, in one line.</summary>
    public string Sentence
    {
        get
        {
            var majority = Groups.MaxBy(g => g.Count)!;
            var agreement = OddOneOut is { } odd ? $"{string.Join(" = ", majority)}: {(odd == Derivation ? "the derivation" : odd)} is the odd one out"
                : Groups.Count == 1 ? $"{string.Join(" = ", majority)}"
                : $"{string.Join(" ≠ ", Groups.Select(g => string.Join(" = ", g)))}: {(OraclesAgree ? "the derivation is wrong or the oracle is" : "the oracles do not agree among themselves")}";
            return string.Concat([agreement, .. NotApplicable.GroupBy(n => n.Reason)
                .Select(g => $"; {string.Join(", ", g.Select(n => n.Oracle))} not applicable: {g.Key}")]);
        }
    }

    /// <summary>Asks oracles about one case.</summary>
    /// <param name="batch">The batch of the case.</param>
    /// <param name="index">Which case of the batch.</param>
    /// <param name="derivation">The derivation's gradients, or null to ask about the oracles alone.</param>
    /// <param name="replies">What the oracles say of the batch.</param>
    public static CrossCheck Of(
        CaseStack batch, int index, GradientStack? derivation, IReadOnlyList<OracleReply> replies)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(replies);
        var silent = replies.Where(
            r => r.ReasonOf(index) is not null).Select(r => (r.Oracle.Name, r.ReasonOf(index)!)).ToList();
        var voices = replies.Where(r => r.ReasonOf(index) is null).Select(
            r => new Answer(r.Oracle.Name, r.Answer!.Gradients, r.Answer.Errors)).ToList();
        var trial = derivation is null ? null : new Answer(Derivation, derivation, RoundingErrors.Of(batch).Of);
        if (trial is not null && voices.Count > 0 && !voices[0].AgreesWith(trial, index))
        {
            // Who agrees with both sides of a disagreement cannot tell them apart.
            var blurred = voices.Skip(1).Where(
                v => v.AgreesWith(trial, index) && v.AgreesWith(voices[0], index)).ToList();
            silent.AddRange(blurred.Select(v => (v.Name, "its error is too large to tell them apart")));
            voices.RemoveAll(blurred.Contains);
        }

        var groups = new List<List<Answer>>();
        foreach (var voice in trial is null ? voices : voices.Append(trial))
        {
            if (groups.Find(g => g.TrueForAll(member => member.AgreesWith(voice, index))) is { } group)
            {
                group.Add(voice);
            }
            else
            {
                groups.Add([voice]);
            }
        }

        return new(
            [.. groups.OrderByDescending(g => g.Exists(v => v == trial)).Select(g => (IReadOnlyList<string>)[.. g.OrderByDescending(v => v == trial).Select(v => v.Name)])],
            silent);
    }

    private sealed record Answer(string Name, GradientStack Gradients, Func<int, string, double[]> Errors)
    {
        public bool AgreesWith(Answer other, int index) => Gradients.Gradients.All(g =>
        {
            if (Gradients.FaultOf(index, g.Name) is not null || other.Gradients.FaultOf(index, g.Name) is not null)
            {
                return false;
            }

            var (errors, others) = (Errors(index, g.Name), other.Errors(index, g.Name));
            ReadOnlySpan<double> left = g[index], right = other.Gradients[g.Name][index];
            for (var j = 0; j < left.Length; j++)
            {
                if (!(Math.Abs(left[j] - right[j]) <= errors[j] + others[j]))
                {
                    return false;
                }
            }

            return true;
        });
    }
}

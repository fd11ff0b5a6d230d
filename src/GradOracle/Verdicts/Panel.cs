using GradOracle.Cases;
using GradOracle.Oracles;

namespace GradOracle.Verdicts;

/// <summary>What several oracles say of one case, and who agrees with whom.</summary>
/// <param name="Groups">Those that agree with each other, a group each: the derivation and the oracles, by name.</param>
/// <param name="NotApplicable">Oracles that cannot serve the case, each with the reason.</param>
public sealed record Panel(IReadOnlyList<IReadOnlyList<string>> Groups, IReadOnlyList<(string Oracle, string Reason)> NotApplicable)
{
    private const string Derivation = "derivation";

    /// <summary>Whether all oracles that serve the case agree with each other.</summary>
    public bool OraclesAgree => Groups.Count(g => g.Any(w => w != Derivation)) <= 1;

    /// <summary>The one that stands alone against at least two others: the derivation or an oracle; null where there is no such one.</summary>
    public string? OddOneOut => Groups is [_, _] && Groups.Sum(g => g.Count) > 2 && Groups.FirstOrDefault(g => g.Count == 1) is [var alone] ? alone : null;

    /// <summary>Who agrees with whom, in one line.</summary>
    public string Sentence
    {
        get
        {
            var majority = Groups.MaxBy(g => g.Count)!;
            var agreement = OddOneOut is { } odd ? $"{string.Join(" = ", majority)}: {(odd == Derivation ? "the derivation" : odd)} is the odd one out"
                : Groups.Count == 1 ? $"{string.Join(" = ", majority)}"
                : $"{string.Join(" ≠ ", Groups.Select(g => string.Join(" = ", g)))}: {(OraclesAgree ? "the derivation is wrong or the oracle is" : "the oracles do not agree among themselves")}";
            return string.Concat([agreement, .. NotApplicable.Select(n => $"; {n.Oracle} not applicable: {n.Reason}")]);
        }
    }

    /// <summary>Asks oracles about one case.</summary>
    /// <param name="batch">The batch of the case.</param>
    /// <param name="index">Which case of the batch.</param>
    /// <param name="derivation">The derivation's gradients, or null to ask about the oracles alone.</param>
    /// <param name="answers">The oracles' answers on the batch, by name.</param>
    public static Panel Of(CaseBatch batch, int index, GradientBatch? derivation, IReadOnlyList<(IGradientOracle Oracle, OracleAnswer? Answer)> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(answers);
        var silent = answers.Where(a => a.Answer is not { NotApplicable: null }).Select(a => (a.Oracle.Name, a.Answer?.NotApplicable ?? a.Oracle.NotApplicable(batch)!)).ToList();
        var voices = answers.Where(a => a.Answer is { NotApplicable: null }).Select(a => new Voice(a.Oracle.Name, a.Answer!.Gradients, a.Answer.Errors)).ToList();
        var trial = derivation is null ? null : new Voice(Derivation, derivation, new OracleErrors(batch).OfRoundings);
        if (trial is not null && voices.Count > 0 && !voices[0].AgreesWith(trial, index))
        {
            // Who agrees with both sides of a disagreement cannot tell them apart.
            var blurred = voices.Skip(1).Where(v => v.AgreesWith(trial, index) && v.AgreesWith(voices[0], index)).ToList();
            silent.AddRange(blurred.Select(v => (v.Name, "its error is too large to tell them apart")));
            voices.RemoveAll(blurred.Contains);
        }

        var groups = new List<List<Voice>>();
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

    /// <summary>The answers of oracles on a batch; null from those that cannot serve it.</summary>
    public static IReadOnlyList<(IGradientOracle Oracle, OracleAnswer? Answer)> Ask(CaseBatch batch, IEnumerable<IGradientOracle> oracles) =>
        [.. oracles.Select(o => (o, o.NotApplicable(batch) is null ? o.Answer(batch) : null))];

    private sealed record Voice(string Name, GradientBatch Gradients, Func<int, string, double[]> Errors)
    {
        public bool AgreesWith(Voice other, int index) => Gradients.Gradients.All(g =>
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

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
    public string? OddOneOut => Groups is [_, _] && Groups.SingleOrDefault(g => g.Count == 1) is [var alone] && Groups.Sum(g => g.Count) > 2 ? alone : null;

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
        var voices = new List<(string Name, GradientBatch Gradients, Func<int, string, double[]> Errors)>();
        if (derivation is not null)
        {
            voices.Add((Derivation, derivation, new OracleErrors(batch).OfRoundings));
        }

        voices.AddRange(answers.Where(a => a.Answer is { NotApplicable: null }).Select(a => (a.Oracle.Name, a.Answer!.Gradients, a.Answer.Errors)));
        var groups = new List<List<(string Name, GradientBatch Gradients, Func<int, string, double[]> Errors)>>();
        foreach (var voice in voices)
        {
            if (groups.Find(g => g.TrueForAll(member => Agree(index, member.Gradients, member.Errors, voice.Gradients, voice.Errors))) is { } group)
            {
                group.Add(voice);
            }
            else
            {
                groups.Add([voice]);
            }
        }

        return new(
            [.. groups.Select(g => (IReadOnlyList<string>)[.. g.Select(v => v.Name)])],
            [.. answers.Where(a => a.Answer is not { NotApplicable: null }).Select(a => (a.Oracle.Name, a.Answer?.NotApplicable ?? a.Oracle.NotApplicable(batch)!))]);
    }

    /// <summary>The answers of oracles on a batch; null from those that cannot serve it.</summary>
    public static IReadOnlyList<(IGradientOracle Oracle, OracleAnswer? Answer)> Ask(CaseBatch batch, IEnumerable<IGradientOracle> oracles) =>
        [.. oracles.Select(o => (o, o.NotApplicable(batch) is null ? o.Answer(batch) : null))];

    private static bool Agree(int index, GradientBatch a, Func<int, string, double[]> errorsOfA, GradientBatch b, Func<int, string, double[]> errorsOfB) =>
        a.Gradients.All(g =>
        {
            if (a.FaultOf(index, g.Name) is not null || b.FaultOf(index, g.Name) is not null)
            {
                return false;
            }

            var (errors, others) = (errorsOfA(index, g.Name), errorsOfB(index, g.Name));
            ReadOnlySpan<double> left = g[index], right = b[g.Name][index];
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
